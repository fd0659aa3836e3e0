import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { cached, type Clock } from '@ossgrant/credentials-core';
import { fromEnvironment } from '@ossgrant/credentials-static';
import { allowDownload, assumeRole } from '@ossgrant/credentials-sts';
import { fromLinks, fromObject, fromUrl } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const CONTENT = Buffer.alloc(1_000_000, 'the owner’s content ');
const KEY = '2026/报告 a+b.pdf';

let oss: LocalOss;
let folder: string;
let clock: Clock;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', KEY, CONTENT);
  folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  clock = { now: () => oss.clock.now().getTime(), monotonic: () => oss.clock.now().getTime() };
});
afterEach(async () => {
  await oss.close();
  await rm(folder, { recursive: true, force: true });
});

const where = () => ({ endpoint: oss.endpoint, region: oss.region, bucket: 'my-bucket' });
const owner = () => fromEnvironment({ env: oss.environment() });
const forObject = () =>
  cached(
    assumeRole({
      caller: owner(),
      roleArn: oss.roleArn,
      sessionName: 'alice',
      scope: allowDownload({ bucket: 'my-bucket', key: KEY }),
      endpoint: oss.endpoint,
      durationSeconds: 900,
    }),
    { clock, random: () => 0 },
  );

async function expectContent(path: string): Promise<void> {
  expect(crc64(await readFile(path))).toBe(crc64(CONTENT));
}

describe('an owner and a third party', () => {
  it.each(['v4', 'v1'] as const)('hand an object over by a %s link', async (version) => {
    const presigner = createPresigner({ ...where(), credentials: owner(), version, clock });
    const { url } = await presigner.presign({ key: KEY });
    const target = join(folder, 'a.pdf');
    expect(await downloadToFile(fromUrl(url), target)).toMatchObject({ verified: 'crc64' });
    await expectContent(target);
  });

  it('hand an object over by temporary credentials, renewed when they run out', async () => {
    const provider = forObject();
    const source = fromObject({ ...where(), key: KEY, credentials: provider, clock });
    const first = await provider.getCredentials();
    await downloadToFile(source, join(folder, 'first.pdf'), { clock });
    oss.clock.advance(3_600_000);
    await downloadToFile(source, join(folder, 'second.pdf'), { clock });
    expect((await provider.getCredentials()).accessKeyId).not.toBe(first.accessKeyId);
    await expectContent(join(folder, 'second.pdf'));
  });

  it('cannot stretch a link that was signed with temporary credentials beyond them', async () => {
    const credentials = forObject();
    const strict = createPresigner({ ...where(), credentials, clock });
    await expect(strict.presign({ key: KEY, expiresIn: '1h' })).rejects.toMatchObject({ code: 'CREDENTIAL_TOO_SHORT' });
    const clamped = await createPresigner({ ...where(), credentials, clock, ifShorter: 'clamp' }).presign({
      key: KEY,
      expiresIn: '1h',
    });
    expect(clamped).toMatchObject({ limitedBy: 'credential' });
    expect((await fetch(clamped.url)).status).toBe(200);
    oss.clock.advance(clamped.expiration.getTime() - clock.now());
    expect((await fetch(clamped.url)).status).toBe(403);
  });

  it('get a full-length link from a provider that renews first', async () => {
    const credentials = forObject();
    const presigner = createPresigner({ ...where(), credentials, clock });
    await presigner.presign({ key: KEY, expiresIn: '10m' });
    oss.clock.advance(400_000);
    const second = await presigner.presign({ key: KEY, expiresIn: '10m' });
    expect(second.limitedBy).toBe('request');
    expect(oss.journal.entries().filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('go on with a fresh link when the first has expired', async () => {
    const presigner = createPresigner({ ...where(), credentials: owner(), clock });
    const links = [(await presigner.presign({ key: KEY, expiresIn: 1 })).url];
    oss.clock.advance(2_000);
    const mint = async (): Promise<string> => links.pop() ?? (await presigner.presign({ key: KEY })).url;
    const target = join(folder, 'a.pdf');
    expect(await downloadToFile(fromLinks(mint, KEY), target)).toMatchObject({ attempts: 2 });
    await expectContent(target);
  });

  it('share one STS call however many downloads start at once', async () => {
    const source = fromObject({ ...where(), key: KEY, credentials: forObject(), clock });
    await Promise.all(
      Array.from({ length: 8 }, (_, index) => downloadToFile(source, join(folder, `${index}.pdf`), { clock })),
    );
    expect(oss.journal.entries().filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});
