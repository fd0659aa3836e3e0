import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { fromUrl } from '../../src/index.ts';
import { createMemory } from '../../src/web-file/memory.ts';
import { downloadToStorage, downloadToStream, type StorageFile, type StorageFolder } from '../../src/web-file/index.ts';
import { AT_ONCE, breakAfter, headersOf, serveObject } from '../kit.ts';
import { memoryFolder } from './memory-folder.ts';

const MB = 1 << 20;
const SEGMENT = 8 * MB;
const BLOCK = 1 << 16;

describe('blocks', () => {
  it('are used again, each by one at a time', () => {
    const { blocks } = createMemory(true);
    const [one, other] = [blocks.take(Infinity), blocks.take(Infinity)];
    expect(one.buffer).not.toBe(other.buffer);
    blocks.give(one);
    blocks.give(one.subarray(5, 9));
    const [again, fresh] = [blocks.take(Infinity), blocks.take(Infinity)];
    expect([again.buffer === one.buffer, again.length]).toEqual([true, BLOCK]);
    expect(fresh.buffer).not.toBe(again.buffer);
  });

  it('are never those of a browser that fills none, of which nothing is kept', () => {
    const { blocks } = createMemory(true);
    const foreign = new Uint8Array(BLOCK);
    blocks.give(foreign);
    const taken = blocks.take(Infinity);
    expect(taken.buffer).not.toBe(foreign.buffer);
    // Also where it fills some.
    blocks.give(new Uint8Array(0));
    blocks.give(new Uint8Array(BLOCK - 1));
    expect(blocks.take(Infinity)).toHaveLength(BLOCK);
  });
});

describe('segments', () => {
  it('are used again when they are whole', () => {
    const memory = createMemory(true);
    const [short, whole] = [memory.takeSegment(10), memory.takeSegment(Infinity)];
    expect([short.length, whole.length]).toEqual([10, SEGMENT]);
    memory.giveSegment(short);
    memory.giveSegment(whole);
    // Vitest takes long to compare so many bytes.
    expect(memory.takeSegment(20) === whole).toBe(true);
    expect(memory.takeSegment(20)).toHaveLength(20);
  });

  it('are not used again where somebody may keep them, or has taken their memory away', () => {
    const kept = createMemory(false);
    const segment = kept.takeSegment(Infinity);
    kept.giveSegment(segment);
    expect(kept.takeSegment(Infinity) === segment).toBe(false);
    const memory = createMemory(true);
    const moved = memory.takeSegment(Infinity);
    structuredClone(moved, { transfer: [moved.buffer] });
    memory.giveSegment(moved);
    expect(memory.takeSegment(Infinity).length).toBe(SEGMENT);
  });
});

// Longer than a segment, and no multiple of a block.
const PART = 9_000_001;
// No two segments or blocks are alike.
const BYTES = Uint8Array.from({ length: 3 * PART + 12_345 }, (_, index) => (index * 7 + (index >> 16) * 31) & 0xff);
const SUM = crc64(BYTES);

async function sumOf(file: Blob): Promise<bigint> {
  return crc64(new Uint8Array(await file.arrayBuffer()));
}

/** Makes a folder the page's own storage. */
function openPage(folder: StorageFolder): void {
  vi.stubGlobal('navigator', { storage: { getDirectory: async () => folder } });
  onTestFinished(() => void vi.unstubAllGlobals());
}

/** A storage that reads the bytes of a write late, but before it says that they are written. */
function slowFolder(): ReturnType<typeof memoryFolder> {
  const folder = memoryFolder();
  const slow = (inner: StorageFolder): StorageFolder => ({
    ...inner,
    getDirectoryHandle: async (name, options) => slow(await inner.getDirectoryHandle(name, options)),
    async getFileHandle(name, options): Promise<StorageFile> {
      const file = await inner.getFileHandle(name, options);
      return {
        getFile: () => file.getFile(),
        async createWritable() {
          const writer = await file.createWritable();
          return {
            ...writer,
            async write(data): Promise<void> {
              for (let turn = 0; turn < 300; turn += 1) await new Promise((resolve) => setImmediate(resolve));
              await writer.write(data.slice());
            },
          };
        },
      };
    },
  });
  return { ...folder, ...slow(folder) };
}

describe('a download with parts of more than a segment', () => {
  it.each([1, 4])('is right in the storage of the page, which is slow, over %i connections', async (connections) => {
    openPage(slowFolder());
    const { url, requests } = await serveObject(BYTES);
    const { file, crc64: sum } = await downloadToStorage(fromUrl(url), { partSize: PART, connections });
    expect([sum, await sumOf(file)]).toEqual([SUM, SUM]);
    // Nothing was asked for again.
    expect(requests).toHaveLength(4);
  });

  it('is right where the connection breaks within a segment of a body that is the whole object', async () => {
    openPage(slowFolder());
    const { url, requests } = await serveObject(
      BYTES,
      (_, response, count) => count === 1 && breakAfter(5_000_003, BYTES, response),
    );
    const { file } = await downloadToStorage(fromUrl(url), { partSize: PART, connections: 1, retry: AT_ONCE });
    expect(await sumOf(file)).toBe(SUM);
    expect(requests).toHaveLength(2);
  });

  it('is right in a folder that keeps what it is given', async () => {
    const { url, requests } = await serveObject(BYTES);
    const { file } = await downloadToStorage(fromUrl(url), { partSize: PART, folder: memoryFolder() });
    expect(await sumOf(file)).toBe(SUM);
    expect(requests).toHaveLength(4);
  });

  it('has written what came more than five seconds ago', async () => {
    const { url } = await serveObject(BYTES);
    const folder = memoryFolder();
    let now = 0;
    const clock = { now: Date.now, monotonic: () => (now += 100) };
    await downloadToStorage(fromUrl(url), { partSize: PART, connections: 1, folder, clock });
    const [stored] = folder.folders.values();
    // Without the clock there would be two for each whole part.
    expect(stored?.files.size).toBeGreaterThan(15);
  });
});

/** A picked file: it reads the bytes of a write late, but before it says that they are written. */
function pickedFile(failsAt = Infinity) {
  const state = { pieces: [] as Uint8Array<ArrayBuffer>[], isClosed: false, reason: undefined as unknown };
  const stream = new WritableStream<Uint8Array>({
    async write(data): Promise<void> {
      for (let turn = 0; turn < 300; turn += 1) await new Promise((resolve) => setImmediate(resolve));
      if (state.pieces.length === failsAt) throw new DOMException('over', 'QuotaExceededError');
      state.pieces.push(data.slice());
    },
    close: () => void (state.isClosed = true),
    abort: (reason) => void (state.reason = reason),
  });
  return { state, stream: Object.assign(stream, { seek: () => {} }) };
}

describe('a download into a picked file', () => {
  it('is right, and written in segments', async () => {
    const { url } = await serveObject(
      BYTES,
      (_, response, count) => count === 1 && breakAfter(5_000_003, BYTES, response),
    );
    const { state, stream } = pickedFile();
    const { verified } = await downloadToStream(fromUrl(url), stream, { retry: AT_ONCE });
    expect([verified, state.isClosed]).toEqual(['crc64', true]);
    expect(state.pieces.map(({ length }) => length)).toEqual([SEGMENT, SEGMENT, SEGMENT, BYTES.length - 3 * SEGMENT]);
    expect(await sumOf(new Blob(state.pieces))).toBe(SUM);
  });

  it('of no bytes is closed, too', async () => {
    const { url } = await serveObject(new Uint8Array(0));
    const { state, stream } = pickedFile();
    await downloadToStream(fromUrl(url), stream);
    expect(state).toMatchObject({ pieces: [], isClosed: true });
  });

  it('that is full says so', async () => {
    const { url } = await serveObject(BYTES);
    const { state, stream } = pickedFile(1);
    await expect(downloadToStream(fromUrl(url), stream)).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(state.isClosed).toBe(false);
  });

  it('is given up when all is aborted, or wrong', async () => {
    const stop = new AbortController();
    const { url } = await serveObject(BYTES);
    const aborted = pickedFile();
    const onProgress = (): void => stop.abort(new Error('enough'));
    await expect(downloadToStream(fromUrl(url), aborted.stream, { signal: stop.signal, onProgress })).rejects.toThrow(
      'enough',
    );
    const wrong = pickedFile();
    const { url: spoilt } = await serveObject(BYTES, (_, response) => {
      response.writeHead(200, headersOf(BYTES, '1')).end(BYTES);
      return true;
    });
    await expect(downloadToStream(fromUrl(spoilt), wrong.stream)).rejects.toMatchObject({ code: 'CHECKSUM_MISMATCH' });
    for (const { state } of [aborted, wrong]) {
      expect(state.isClosed).toBe(false);
      expect(state.reason).toBeInstanceOf(Error);
    }
  });

  it('is not begun with wrong arguments, which are not taken for failures of the file', async () => {
    const source = fromUrl('https://a.example/b');
    const unknown = { connections: 2 } as object;
    await expect(downloadToStream(source, pickedFile().stream, unknown)).rejects.toThrow(
      /^downloadToStream has no option/,
    );
    const { state, stream } = pickedFile();
    await expect(downloadToStream(source, stream, { retry: { maxFailures: -1 } })).rejects.toThrow(RangeError);
    expect(state.reason).toBeInstanceOf(RangeError);
  });
});

it('leaves to any other stream what it is given', async () => {
  const { url } = await serveObject(BYTES);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  await downloadToStream(
    fromUrl(url),
    new WritableStream<Uint8Array<ArrayBuffer>>({ write: (data) => void pieces.push(data) }),
  );
  expect(await sumOf(new Blob(pieces))).toBe(SUM);
});
