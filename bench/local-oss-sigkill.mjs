// Durability of local-oss on disk: kills it with SIGKILL during puts, starts it again, and checks that every object that
// was acknowledged is there and whole, that none is torn, and that nothing is left over. Needs a build.
import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';

const ROUNDS = Number(process.env['OSSGRANT_RUNS'] ?? 200);
const KEYS = 20;
const directory = await mkdtemp(join(tmpdir(), 'local-oss-sigkill-'));
const program = new URL('../packages/local-oss/dist/bin/local-oss.js', import.meta.url).pathname;

async function start() {
  const child = spawn(process.execPath, [program, '--directory', directory], { stdio: ['ignore', 'pipe', 'ignore'] });
  const environment = String((await once(child.stdout, 'data'))[0]);
  const variable = (/** @type {string} */ name) => new RegExp(`${name}='([^']*)'`).exec(environment)?.[1] ?? '';
  const endpoint = resolveEndpoint({ endpoint: variable('OSS_ENDPOINT'), region: variable('OSS_REGION') });
  const owner = { accessKeyId: variable('OSS_ACCESS_KEY_ID'), accessKeySecret: variable('OSS_ACCESS_KEY_SECRET') };
  return {
    child,
    /** @param {string} method @param {string} [key] @param {Uint8Array<ArrayBuffer>} [body] */
    async call(method, key, body) {
      const request = { method, endpoint, bucket: 'kill-bucket', ...(key === undefined ? {} : { key }) };
      const { origin, path, headers } = signHeadersV4(request, owner, { date: new Date() });
      return fetch(origin + path, { method, headers, ...(body === undefined ? {} : { body }) });
    },
  };
}

const sha256 = (/** @type {Uint8Array} */ bytes) => createHash('sha256').update(bytes).digest('hex');
/** What each key may hold: the last content that was acknowledged, or any that was sent after it. */
const allowed = /** @type {Map<string, Set<string>>} */ (new Map());
let [acknowledged, checked] = [0, 0];

for (let round = 0; round < ROUNDS; round += 1) {
  const server = await start();
  if (round === 0) await server.call('PUT');
  for (const [key, contents] of allowed) {
    const response = await server.call('GET', key);
    const found =
      response.status === 200 ? sha256(new Uint8Array(await response.arrayBuffer())) : `status ${response.status}`;
    if (!contents.has(found)) throw new Error(`round ${round}: ${key} holds ${found}`);
    allowed.set(key, new Set([found]));
    checked += 1;
  }
  const [data, meta] = await Promise.all(['data', 'meta'].map((name) => readdir(join(directory, 'kill-bucket', name))));
  if (data?.length !== meta?.length)
    throw new Error(`round ${round}: ${data?.length} files for ${meta?.length} objects`);
  const timer = setTimeout(() => server.child.kill('SIGKILL'), randomInt(5, 120));
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    for (;;) {
      const key = `key-${writer}-${randomInt(KEYS)}`;
      const body = new Uint8Array(randomBytes(randomInt(1, 1 << 20)));
      const contents = allowed.get(key) ?? new Set(['status 404']);
      allowed.set(key, contents.add(sha256(body)));
      await (await server.call('PUT', key, body)).arrayBuffer();
      allowed.set(key, new Set([sha256(body)]));
      acknowledged += 1;
    }
  });
  await Promise.allSettled(writers);
  clearTimeout(timer);
  if (server.child.exitCode === null && server.child.signalCode === null) await once(server.child, 'exit');
}
console.log(
  `${ROUNDS} kills, ${acknowledged} acknowledged puts, ${checked} objects read back whole, nothing left over`,
);
await rm(directory, { recursive: true });
