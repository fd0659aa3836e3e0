import { mkdir, readdir, readFile, rm, stat, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import type { FileDownloadOptions } from '../../src/file/job.ts';
import { processes } from '../../src/file/process-identity.ts';
import type { RequestSource } from '../../src/request-source.ts';
import { fromLinks, fromUrl } from '../../src/sources/from-url.ts';
import { replaceMethods } from '../faults/faulty-disk.ts';
import {
  AT_ONCE,
  ETAG,
  headersOf,
  serveObject,
  serveWell,
  type Trouble,
  severalAtOnce,
  temporaryFolder,
} from '../kit.ts';

const BYTES = Buffer.from(Array.from({ length: 1_000_003 }, (_, index) => (index * 13 + (index >> 10)) % 256));
const PART = 100_000;
const PARTS = 11;

async function target(): Promise<string> {
  const path = join(await temporaryFolder(), 'a.bin');
  await writeFile(path, 'older');
  return path;
}

const get = (source: RequestSource | string, path: string, options: FileDownloadOptions = {}) =>
  downloadToFile(typeof source === 'string' ? fromUrl(source) : source, path, {
    partSize: PART,
    retry: AT_ONCE,
    ...severalAtOnce(),
    ...options,
  });

const startOf = (range: string | undefined): number => Number(/\d+/.exec(range ?? '')?.[0]);

async function expectDone(path: string): Promise<void> {
  expect((await readFile(path)).equals(BYTES)).toBe(true);
  expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
}

/** Runs until the server has sent so many parts and then refuses for good; leaves the pair. */
async function interrupted(path: string, parts = 4): Promise<void> {
  const { url } = await serveObject(BYTES, (_, response, count) => {
    if (count > parts) response.writeHead(404).end();
    return count > parts;
  });
  const failure = get(
    fromLinks(async () => url, 'the object'),
    path,
    { connections: 1 },
  );
  await expect(failure).rejects.toMatchObject({ status: 404 });
  expect(await readFile(path, 'utf8')).toBe('older');
  expect(await readdir(join(path, '..'))).toEqual(['a.bin', 'a.bin.ossgrant-part', 'a.bin.ossgrant-part.json']);
}

const sameObject = (url: string): RequestSource => fromLinks(async () => url, 'the object');

describe('a download in parts', () => {
  it('asks for each byte once, by ranges of one version, and combines the checksums', async () => {
    const path = await target();
    const { url, requests } = await serveObject(BYTES);
    const result = await get(url, path);
    expect(result).toEqual({
      bytes: BYTES.length,
      crc64: crc64(BYTES),
      verified: 'crc64',
      attempts: PARTS,
      resumedFrom: 0,
      info: expect.objectContaining({ size: BYTES.length, etag: ETAG }) as unknown,
    });
    expect(new Set(requests.map(({ range }) => startOf(range))).size).toBe(PARTS);
    expect(requests.slice(1).every(({ ifMatch }) => ifMatch === ETAG)).toBe(true);
    await expectDone(path);
  });

  it('fetches a small object by one request', async () => {
    const path = await target();
    const { url, requests } = await serveObject(BYTES);
    await get(url, path, { partSize: BYTES.length + 1 });
    expect(requests).toHaveLength(1);
    await expectDone(path);
  });

  it('gets an empty object', async () => {
    const path = await target();
    const { url } = await serveObject(Buffer.alloc(0));
    expect(await get(url, path)).toMatchObject({ bytes: 0, crc64: 0n, verified: 'crc64' });
    expect((await stat(path)).size).toBe(0);
  });

  it.each<[string, Trouble]>([
    ['ignores ranges', (_, response) => void response.writeHead(200, headersOf(BYTES)).end(BYTES)],
    [
      'refuses ranges',
      (request, response) => {
        if (request.headers.range === undefined) response.writeHead(200, headersOf(BYTES)).end(BYTES);
        else response.writeHead(416).end();
      },
    ],
    [
      'answers ranges without saying which',
      (request, response) => {
        response.writeHead(request.headers.range === undefined ? 200 : 206, headersOf(BYTES)).end(BYTES);
      },
    ],
  ])('manages with a server that %s', async (_, trouble) => {
    const path = await target();
    const { url } = await serveObject(BYTES, (...all) => {
      trouble(...all);
      return true;
    });
    expect(await get(url, path)).toMatchObject({ bytes: BYTES.length, verified: 'crc64' });
    await expectDone(path);
  });

  it('survives connections that break in every part', async () => {
    const path = await target();
    const { url } = await serveObject(BYTES, (request, response, count) => {
      if (count % 2 === 0) return false;
      const start = startOf(request.headers.range);
      const end = Number(/-(\d+)/.exec(request.headers.range ?? '')?.[1]);
      response.writeHead(206, {
        ...headersOf(BYTES),
        'content-length': String(end - start + 1),
        'content-range': `bytes ${start}-${end}/${BYTES.length}`,
      });
      response.write(BYTES.subarray(start, start + 30_000 < end ? start + 30_000 : end), () => response.destroy());
      return true;
    });
    expect(await get(url, path)).toMatchObject({ verified: 'crc64' });
    await expectDone(path);
  });

  it('asks for one fresh link when the old one ends for all parts at once', async () => {
    const path = await target();
    let valid = 1;
    const { url } = await serveObject(BYTES, (request, response, count) => {
      if (count === 3) valid = 2;
      if (request.url?.endsWith(`link=${valid}`)) return false;
      response.writeHead(403).end('<Error><Code>AccessDenied</Code><EC>0002-00000069</EC></Error>');
      return true;
    });
    let minted = 0;
    await get(
      fromLinks(async () => `${url}&link=${(minted += 1)}`, 'x'),
      path,
    );
    expect(minted).toBe(2);
    await expectDone(path);
  });

  it('fetches wrong bytes once more', async () => {
    const path = await target();
    const { url } = await serveObject(BYTES, (request, response, count) => {
      if (count !== 5) return false;
      serveWell(flipped(startOf(request.headers.range)), request, response, String(crc64(BYTES)));
      return true;
    });
    expect(await get(url, path)).toMatchObject({ verified: 'crc64', attempts: 2 * PARTS });
    await expectDone(path);
  });

  it('keeps the older file and nothing else when the bytes stay wrong', async () => {
    const path = await target();
    const { url } = await serveObject(BYTES, (request, response) => {
      serveWell(flipped(startOf(request.headers.range)), request, response, String(crc64(BYTES)));
      return true;
    });
    await expect(get(url, path)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    expect(await readFile(path, 'utf8')).toBe('older');
    expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
  });

  it('ends typed when the object is replaced between parts', async () => {
    const path = await target();
    const { url } = await serveObject(BYTES, (_, response, count) => {
      if (count > 4) response.writeHead(412).end();
      return count > 4;
    });
    await expect(get(url, path)).rejects.toMatchObject({ code: 'OBJECT_CHANGED' });
    expect(await readFile(path, 'utf8')).toBe('older');
  });

  it('replaces what a symbolic link points to', async () => {
    const path = await target();
    const link = join(await temporaryFolder(), 'link');
    await symlink(path, link);
    await get((await serveObject(BYTES)).url, link);
    await expectDone(path);
  });

  it.each([{ connections: 0 }, { connections: 17 }, { partSize: 0 }, { bandwidthLimit: 0 }])(
    'refuses %j',
    async (options) => {
      await expect(get('http://127.0.0.1:1/a', 'nowhere', options)).rejects.toThrow(RangeError);
    },
  );
});

describe('the next run', () => {
  it('fetches only what is missing', async () => {
    const path = await target();
    await interrupted(path);
    const { url, requests } = await serveObject(BYTES);
    const result = await get(sameObject(url), path);
    expect(result).toMatchObject({ verified: 'crc64', crc64: crc64(BYTES) });
    expect(result.resumedFrom).toBeGreaterThan(PART);
    expect(startOf(requests[0]?.range)).toBe(result.resumedFrom);
    expect(requests[0]?.ifMatch).toBe(ETAG);
    await expectDone(path);
  });

  // docs/faults.md: 49 and 50 are other damage.
  it.each<[string, (part: string, checkpoint: string) => Promise<void>]>([
    ['the checkpoint is gone', (_, checkpoint) => rm(checkpoint)],
    ['the checkpoint is empty', (_, checkpoint) => truncate(checkpoint, 0)],
    [
      'the checkpoint claims nonsense',
      async (_, checkpoint) => writeFile(checkpoint, (await readFile(checkpoint, 'utf8')).replace('[[0,', '[[-7,')),
    ],
    [
      'a crash left a lock',
      async (part) =>
        writeFile(`${part}.lock`, JSON.stringify({ ...(await processes.own()), pid: 2 ** 22 + 1, born: '1' })),
    ],
    [
      'a crash left an empty lock',
      async (part) => {
        await writeFile(`${part}.lock`, '');
        await utimes(`${part}.lock`, 0, 0);
      },
    ],
    ['a crash left half a checkpoint', (part) => writeFile(`${part}.json.new`, '{')],
  ])('gives the right file when %s', async (_, damage) => {
    const path = await target();
    await interrupted(path);
    await damage(`${path}.ossgrant-part`, `${path}.ossgrant-part.json`);
    expect(await get(sameObject((await serveObject(BYTES)).url), path)).toMatchObject({ verified: 'crc64' });
    expect((await readFile(path)).equals(BYTES)).toBe(true);
  });

  it('starts anew when the object was replaced meanwhile', async () => {
    const path = await target();
    await interrupted(path);
    // The first condition is the old version's; those after it are of this one.
    let refused = 0;
    const { url } = await serveObject(BYTES, (request, response) => {
      if (request.headers['if-match'] === undefined || refused > 0) return false;
      refused += 1;
      response.writeHead(412).end();
      return true;
    });
    expect(await get(sameObject(url), path)).toMatchObject({ verified: 'crc64', resumedFrom: 0 });
    await expectDone(path);
  });

  it('finds nothing after a run with resuming switched off', async () => {
    const path = await target();
    const { url } = await serveObject(BYTES, (_, response, count) => {
      if (count > 4) response.writeHead(404).end();
      return count > 4;
    });
    await expect(get(url, path, { resume: false })).rejects.toMatchObject({ status: 404 });
    expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
  });

  it('finds no secret in the checkpoint', async () => {
    const path = await target();
    await interrupted(path);
    const text = await readFile(`${path}.ossgrant-part.json`, 'utf8');
    expect(text).not.toMatch(/http|signature|hidden/i);
    expect(JSON.parse(text)).toMatchObject({ format: 'ossgrant-part/1', identity: 'the object', etag: ETAG });
  });
});

describe('two downloads to one file', () => {
  it('do not mix: the second fails, since the first is under way', async () => {
    const path = await target();
    const { url } = await serveObject(BYTES);
    const outcomes = await Promise.allSettled([get(url, path), get(url, path)]);
    const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
    expect(refused.length).toBeLessThanOrEqual(1);
    for (const { reason } of refused) expect(reason).toMatchObject({ code: 'TARGET_BUSY' });
    await expectDone(path);
  });
});

describe('an abort', () => {
  it('leaves the pair, the older file and no lock', async () => {
    const path = await target();
    const abort = new AbortController();
    const reason = new Error('enough');
    const { url } = await serveObject(BYTES, (_, _response, count) => {
      if (count === 5) abort.abort(reason);
      return count >= 5;
    });
    await expect(get(url, path, { signal: abort.signal, connections: 1 })).rejects.toBe(reason);
    abort.abort();
    expect(await readFile(path, 'utf8')).toBe('older');
    expect(await readdir(join(path, '..'))).toEqual(['a.bin', 'a.bin.ossgrant-part', 'a.bin.ossgrant-part.json']);
  });

  it.each([PART, 1 << 20])('is heeded while the file is flushed, by parts of %i', async (partSize) => {
    const path = await target();
    const abort = new AbortController();
    await replaceMethods(['sync'], async (original, args) => {
      abort.abort(new Error('enough'));
      return original(...args);
    });
    const { url } = await serveObject(BYTES);
    await expect(get(url, path, { partSize, signal: abort.signal })).rejects.toThrow('enough');
    expect(await readFile(path, 'utf8')).toBe('older');
  });

  it('before the start touches nothing', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'sub'));
    const { url, requests } = await serveObject(BYTES);
    await expect(get(url, join(folder, 'sub', 'a'), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
    expect([requests.length, await readdir(join(folder, 'sub'))]).toEqual([0, []]);
  });
});

function flipped(at: number): Buffer {
  const bytes = Buffer.from(BYTES);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes;
}
