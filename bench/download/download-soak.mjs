import path from 'node:path';
import { createHash, randomBytes } from 'node:crypto';
import { subscribe } from 'node:diagnostics_channel';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { cached } from '@ossgrant/credentials-core';
import { assumeRole } from '@ossgrant/credentials-sts';
import { fromLinks, fromObject } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { startLocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';

// Permissions that end while a large object downloads at a limited rate, in real time: links that live three seconds, minted anew, and
// temporary credentials of STS that end every seven seconds, by their time and by the server's refusal in turn. Each end must cost one
// renewal, however many connections are refused by it, and the bytes must be the object's. Needs a build. OSSGRANT_SECONDS is how long
// the download takes.

const SECONDS = Number(process.env['OSSGRANT_SECONDS'] ?? 75);
const BYTES_PER_SECOND = 512 << 10;
const LINK_SECONDS = 3;
// STS is asked by force at most once in five seconds.
const TOKEN_SECONDS = 7;
const BUCKET = 'soak-bucket';
const KEY = 'large.bin';

const content = randomBytes(SECONDS * BYTES_PER_SECOND);
/** @param {Uint8Array} bytes */
const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');
const wanted = sha256(content);
const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-soak-'));
/** @type {Record<string, number>} */
const refreshes = {};
subscribe('ossgrant:download', (event) => {
  const { type, identity } = /** @type {{ type: string, identity: string }} */ (event);
  if (type === 'refresh') refreshes[identity] = (refreshes[identity] ?? 0) + 1;
});

/** @typedef {import('@ossgrant/local-oss').LocalOss} LocalOss */

/**
 * @param {LocalOss} oss
 * @param {import('@ossgrant/http-downloader').RequestSource} source
 * @param {import('@ossgrant/http-downloader/file').FileDownloadOptions} options
 */
async function download(oss, source, options) {
  const file = path.join(folder, `${createHash('sha256').update(source.identity).digest('hex')}.bin`);
  const startedAt = performance.now();
  const { verified, attempts } = await downloadToFile(source, file, {
    partSize: 128 << 10,
    bandwidthLimit: BYTES_PER_SECOND,
    ...options,
  });
  if (verified !== 'crc64' || sha256(await readFile(file)) !== wanted) throw new Error('the wrong bytes');
  await rm(file);
  const refused = oss.journal.entries().filter(({ method, status }) => method === 'GET' && status === 403).length;
  return { seconds: Math.round((performance.now() - startedAt) / 1000), requests: attempts, refused };
}

/** @param {LocalOss} oss */
async function byLinks(oss) {
  const { endpoint, region, owner: credentials } = oss;
  const presigner = createPresigner({ endpoint, region, bucket: BUCKET, credentials });
  /** @type {{ at: number, endsAt: number }[]} */
  const minted = [];
  const source = fromLinks(async () => {
    const at = Date.now();
    const { url, expiration } = await presigner.presign({ key: KEY, expiresIn: LINK_SECONDS });
    minted.push({ at, endsAt: expiration.getTime() });
    return url;
  }, 'links');
  const facts = await download(oss, source, {});
  const early = minted.filter(({ at }, index) => index > 0 && at < (minted[index - 1]?.endsAt ?? 0)).length;
  if (early > 0) throw new Error(`${early} links were replaced before their end`);
  return { ...facts, ended: minted.length - 1, renewed: refreshes['links'] ?? 0 };
}

/** @param {LocalOss} oss */
async function byToken(oss) {
  const clock = { now: () => oss.clock.now().getTime(), monotonic: () => oss.clock.now().getTime() };
  const { endpoint, region, owner: caller, roleArn } = oss;
  const role = assumeRole({
    caller,
    roleArn,
    sessionName: 'soak',
    scope: 'whole-role',
    endpoint,
    durationSeconds: 3600,
  });
  let taken = 0;
  const credentials = cached(
    {
      name: role.name,
      fetch(context) {
        taken += 1;
        return role.fetch(context);
      },
    },
    { clock },
  );
  const source = fromObject({ endpoint, region, bucket: BUCKET, key: KEY, credentials, clock });
  let ended = 0;
  let endedAt = performance.now();
  const end = async () => {
    ended += 1;
    if (ended % 2 === 0) oss.clock.advance(3_600_000);
    else oss.expireToken(await credentials.getCredentials());
  };
  /** @type {Promise<void>} */
  let ending = Promise.resolve();
  const facts = await download(oss, source, {
    clock,
    // The jumps of this clock do not mean that it is slow.
    timeouts: { minBytesPerSecond: 0 },
    onProgress({ receivedBytes }) {
      if (performance.now() - endedAt < TOKEN_SECONDS * 1000 || receivedBytes > content.length * 0.95) return;
      endedAt = performance.now();
      ending = end();
    },
  });
  await ending;
  return { ...facts, ended, renewed: taken - 1 };
}

const servers = [await startLocalOss(), await startLocalOss()];
try {
  for (const oss of servers) await oss.put(BUCKET, KEY, content);
  const [forLinks, forToken] = servers;
  if (forLinks === undefined || forToken === undefined) throw new Error('no server');
  const [links, token] = await Promise.all([byLinks(forLinks), byToken(forToken)]);
  console.table({ 'signed URLs': links, 'STS credentials': token });
  const left = await readdir(folder);
  if (left.length > 0) throw new Error(`left ${left.join(', ')}`);
  for (const [name, { ended, renewed }, least] of /** @type {const} */ ([
    ['links', links, SECONDS / LINK_SECONDS / 2],
    ['tokens', token, SECONDS / TOKEN_SECONDS / 2],
  ])) {
    if (ended < Math.floor(least) || renewed !== ended)
      throw new Error(`${ended} ${name} ended, ${renewed} were renewed`);
  }
  console.log(`${links.ended} links and ${token.ended} tokens ended, each was renewed once; all bytes right`);
} finally {
  for (const oss of servers) await oss.close();
  await rm(folder, { recursive: true, force: true });
}
process.exit(0);
