import { crc64 } from '@ossgrant/crc64';
import { CredentialError } from '@ossgrant/credentials-core';
import { expect, test } from 'vitest';
import { fromObject, fromUrl } from '../../src/index.ts';
import { downloadToStorage, downloadToStream } from '../../src/web-file/index.ts';
import { AT_ONCE, breakAfter, ETAG, headersOf, serve, serveObject } from '../kit.ts';
import { memoryFolder } from './memory-folder.ts';

const BYTES = Uint8Array.from({ length: 100_000 }, (_, index) => (index * 7 + (index >> 8)) & 0xff);
const SMALL_PARTS = { partSize: 10_000, retry: AT_ONCE };

const SUM = crc64(BYTES);

// Vitest takes seconds to compare so many bytes.
async function sumOf(file: Blob): Promise<bigint> {
  return crc64(new Uint8Array(await file.arrayBuffer()));
}

test('downloads in parts and joins them in order, checked', async () => {
  const { url, requests } = await serveObject(BYTES);
  const folder = memoryFolder();
  const download = await downloadToStorage(fromUrl(url), { ...SMALL_PARTS, folder });
  expect(await sumOf(download.file)).toBe(SUM);
  expect(download).toMatchObject({ bytes: 100_000, verified: 'crc64', crc64: SUM, resumedFrom: 0 });
  expect(requests).toHaveLength(10);
  await download.remove();
  const [left] = folder.folders.values();
  expect(left?.files.size).toBe(0);
});

test('resumes in the middle of a part after a pause', async () => {
  const { url, requests } = await serveObject(BYTES);
  const folder = memoryFolder();
  const paused = new AbortController();
  // Each report is an interval later than the one before, however fast the machine is.
  let time = 0;
  const first = downloadToStorage(fromUrl(url), {
    ...SMALL_PARTS,
    folder,
    connections: 1,
    clock: { now: () => Date.now(), monotonic: () => (time += 100) },
    signal: paused.signal,
    onProgress: ({ receivedBytes }) => {
      if (receivedBytes > 0) paused.abort(new DOMException('paused', 'AbortError'));
    },
  });
  await expect(first).rejects.toMatchObject({ name: 'AbortError' });
  const asked = requests.length;
  const progress: number[] = [];
  const second = await downloadToStorage(fromUrl(url), {
    ...SMALL_PARTS,
    folder,
    onProgress: ({ receivedBytes }) => void progress.push(receivedBytes),
  });
  expect(await sumOf(second.file)).toBe(SUM);
  expect(second.resumedFrom).toBeGreaterThan(0);
  expect(second.resumedFrom).toBe(progress[0]);
  expect(requests.slice(asked).every(({ ifMatch }) => ifMatch === ETAG)).toBe(true);
});

test('starts again when the object was replaced meanwhile', async () => {
  const folder = memoryFolder();
  const { url } = await serveObject(BYTES, (_, response, count) =>
    count === 3 ? (response.writeHead(403).end(), true) : false,
  );
  await expect(downloadToStorage(fromUrl(url), { ...SMALL_PARTS, connections: 1, folder })).rejects.toThrow();
  const changed = BYTES.map((byte) => byte ^ 1);
  const { url: later } = await serveObject(changed);
  const source = { ...fromUrl(later), identity: fromUrl(url).identity };
  const { file, resumedFrom } = await downloadToStorage(source, { ...SMALL_PARTS, folder });
  expect(await sumOf(file)).toBe(crc64(changed));
  expect(resumedFrom).toBe(0);
});

test('fetches again what the storage has lost or altered', async () => {
  const folder = memoryFolder();
  const { url } = await serveObject(BYTES, (_, response, count) =>
    count === 4 ? (response.writeHead(403).end(), true) : false,
  );
  await expect(downloadToStorage(fromUrl(url), { ...SMALL_PARTS, connections: 1, folder })).rejects.toThrow();
  const [stored] = folder.folders.values();
  const names = [...(stored?.files.keys() ?? [])].filter((name) => name !== 'object.json');
  expect(names).toHaveLength(3);
  stored?.files.set(names[0] ?? '', new Blob([new Uint8Array(10_000)]));
  stored?.files.set(names[1] ?? '', new Blob([new Uint8Array(5)]));
  const { file, verified } = await downloadToStorage(fromUrl(url), { ...SMALL_PARTS, folder });
  expect(await sumOf(file)).toBe(SUM);
  expect(verified).toBe('crc64');
});

test('resumes a connection that breaks, and says when the storage is full', async () => {
  const { url } = await serveObject(BYTES, (_, response, count) => count === 1 && breakAfter(5000, BYTES, response));
  const good = await downloadToStorage(fromUrl(url), { ...SMALL_PARTS, folder: memoryFolder() });
  expect(await sumOf(good.file)).toBe(SUM);
  const full = memoryFolder((name) => {
    if (name !== 'object.json') throw new DOMException('over', 'QuotaExceededError');
  });
  await expect(downloadToStorage(fromUrl(url), { ...SMALL_PARTS, folder: full })).rejects.toMatchObject({
    code: 'DISK_FULL',
  });
});

test('takes an object whose versions cannot be distinguished over one connection, again from its start when that breaks', async () => {
  const headers = { 'content-length': String(BYTES.length), date: new Date().toUTCString() };
  let count = 0;
  const url = await serve((_, response) => {
    count += 1;
    response.writeHead(200, headers);
    if (count === 1) response.write(BYTES.subarray(0, 30_000), () => response.destroy());
    else response.end(BYTES);
  });
  const { file, verified } = await downloadToStorage(fromUrl(url), { ...SMALL_PARTS, folder: memoryFolder() });
  expect(await sumOf(file)).toBe(SUM);
  expect(verified).toBe('none');
});

test('refuses bytes that are not the object’s, and keeps none of them', async () => {
  const folder = memoryFolder();
  const url = await serve((_, response) => {
    response.writeHead(200, { ...headersOf(BYTES), 'x-oss-hash-crc64ecma': '5' }).end(BYTES);
  });
  await expect(downloadToStorage(fromUrl(url), { ...SMALL_PARTS, folder })).rejects.toMatchObject({
    code: 'CHECKSUM_MISMATCH',
  });
  const [left] = folder.folders.values();
  expect(left?.files.size).toBe(0);
});

test('closes a stream only when the bytes are the object’s', async () => {
  const { url } = await serveObject(BYTES);
  const events: string[] = [];
  const stream = (): WritableStream<Uint8Array> =>
    new WritableStream({
      close: () => void events.push('closed'),
      abort: () => void events.push('aborted'),
    });
  expect(await downloadToStream(fromUrl(url), stream())).toMatchObject({ verified: 'crc64' });
  const wrong = await serve((_, response) => {
    response.writeHead(200, { ...headersOf(BYTES), 'x-oss-hash-crc64ecma': '5' }).end(BYTES);
  });
  await expect(downloadToStream(fromUrl(wrong), stream())).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  await expect(
    downloadToStream(fromUrl('http://127.0.0.1:9/a'), stream(), { retry: { maxFailures: 1 } }),
  ).rejects.toThrow();
  expect(events).toEqual(['closed', 'aborted', 'aborted']);
});

test.each([
  [{ connections: 7 }, RangeError],
  [{ partSize: 0 }, RangeError],
  [{ folder: {} }, TypeError],
  [{ parts: 3 }, TypeError],
])('refuses %o before any request', async (options, error) => {
  const folder = memoryFolder();
  await expect(downloadToStorage(fromUrl('http://127.0.0.1:9/a'), { folder, ...options } as never)).rejects.toThrow(
    error,
  );
});

test('keeps the error of the source: the storage did not fail', async () => {
  const refusal = new CredentialError('the issuer refused', { code: 'DENIED', retryable: false });
  const credentials = { getCredentials: () => Promise.reject(refusal) };
  const source = fromObject({ region: 'cn-hangzhou', bucket: 'some-bucket', key: 'a.bin', credentials });
  await expect(downloadToStorage(source, { folder: memoryFolder(), retry: AT_ONCE })).rejects.toBe(refusal);
  await expect(downloadToStream(source, new WritableStream(), { retry: AT_ONCE })).rejects.toBe(refusal);
});
