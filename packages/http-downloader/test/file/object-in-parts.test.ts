import { readdir, readFile, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { CredentialProvider, Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signUrlV4 } from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import type { FileDownloadOptions } from '../../src/file/job.ts';
import type { RequestSource } from '../../src/request-source.ts';
import { fromObject } from '../../src/sources/from-object.ts';
import { fromLinks } from '../../src/sources/from-url.ts';
import { AT_ONCE, serveObject, severalAtOnce, temporaryFolder } from '../kit.ts';

const CONTENT = Buffer.from(Array.from({ length: 3_000_000 }, (_, index) => (index * 31 + (index >> 9)) % 256));
const PART = 300_000;

let oss: LocalOss;
let path: string;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'a.bin', CONTENT);
  path = join(await temporaryFolder(), 'a.bin');
  await writeFile(path, 'older');
});
afterEach(() => oss.close());

const clock = { now: () => oss.clock.now().getTime(), monotonic: () => performance.now() };

const object = (credentials: Credentials | (() => Credentials) = oss.owner): RequestSource =>
  fromObject({ endpoint: oss.endpoint, region: oss.region, credentials, bucket: 'my-bucket', key: 'a.bin', clock });

function mint(expiresInSeconds = 60): string {
  const request = {
    method: 'GET',
    endpoint: resolveEndpoint({ endpoint: oss.endpoint, region: oss.region }),
    bucket: 'my-bucket',
    key: 'a.bin',
  };
  const signed = signUrlV4(request, oss.owner, { date: oss.clock.now(), expiresInSeconds });
  return signed.origin + signed.path;
}

const get = (source: RequestSource, options: FileDownloadOptions = {}) =>
  downloadToFile(source, path, { partSize: PART, retry: AT_ONCE, ...severalAtOnce(clock.now), ...options });

async function expectDone(): Promise<void> {
  expect((await readFile(path)).equals(CONTENT)).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
}

describe('an object in parts', () => {
  it('is whole by signed headers and by links', async () => {
    expect(await get(object())).toMatchObject({ verified: 'crc64', attempts: 10 });
    await expectDone();
    expect(await get(fromLinks(async () => mint(), 'x'))).toMatchObject({ verified: 'crc64', attempts: 10 });
    await expectDone();
  });

  it('continues when the key is refused to several parts at once, and each had a copy of it', async () => {
    const refused: ServerResponse[] = [];
    const { url } = await serveObject(CONTENT, (request, response, count) => {
      if (count === 1 || request.headers.authorization?.includes('LTAInew') === true) return false;
      refused.push(response);
      if (refused.length < 3) return true;
      const says = '<Error><Code>SecurityTokenExpired</Code></Error>';
      for (const waiting of refused) if (!waiting.headersSent) waiting.writeHead(403).end(says);
      return true;
    });
    const rejected: string[] = [];
    let accessKeyId = 'LTAIold';
    const credentials: CredentialProvider = {
      getCredentials: async () => ({ accessKeyId, accessKeySecret: 'x' }),
      invalidate(old) {
        rejected.push(old.accessKeyId);
        accessKeyId = 'LTAInew';
      },
    };
    const where = { endpoint: new URL(url).origin, region: 'cn-hangzhou', bucket: 'my-bucket', key: 'a.bin' };
    expect(await get(fromObject({ ...where, credentials }))).toMatchObject({ verified: 'crc64' });
    expect(rejected).toEqual(['LTAIold']);
  });

  it.each([
    ['a cut connection', { cutAfterBytes: 100_000, times: 5 }],
    ['a connection that falls silent', { stallAfterBytes: 100_000, times: 3 }],
    ['a flipped byte', { flipByteAt: 1234, skip: 4 }],
    ['a false Content-Range', { contentRange: 'bytes 0-299999/3000000', skip: 3, times: 2 }],
    ['503', { status: 503, times: 4 }],
  ])('survives %s', async (_, fault) => {
    oss.faults.add({ method: 'GET', key: 'a.bin', ...fault });
    expect(await get(object(), { timeouts: { bodyMs: 100 } })).toMatchObject({ verified: 'crc64' });
    await expectDone();
  });

  it('is not mixed from two versions when it is replaced meanwhile', async () => {
    oss.faults.add({ method: 'GET', key: 'a.bin', changeObject: Buffer.alloc(CONTENT.length, 'new'), skip: 3 });
    await expect(get(object(), { connections: 1 })).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
    expect(await readFile(path, 'utf8')).toBe('older');
    expect(await get(object())).toMatchObject({ verified: 'crc64', resumedFrom: 0 });
    expect((await readFile(path)).equals(Buffer.alloc(CONTENT.length, 'new'))).toBe(true);
  });

  it('takes one fresh link for each that ends on the way', async () => {
    let minted = 0;
    const source = fromLinks(async () => {
      minted += 1;
      return mint(60);
    }, 'x');
    let ended = 0;
    const onProgress = ({ receivedBytes }: { readonly receivedBytes: number }): void => {
      if (receivedBytes < (ended + 1) * 1_000_000 || ended === 2) return;
      ended += 1;
      oss.clock.advance(61_000);
    };
    // Called for every batch: its clock makes a second of each reading.
    let now = 0;
    const hasty = { now: clock.now, monotonic: () => (now += 1000) };
    await get(source, { onProgress, connections: 2, clock: hasty, timeouts: { minBytesPerSecond: 0 } });
    expect(ended).toBe(2);
    expect(minted).toBe(3);
    await expectDone();
  });
});
