import type { Readable } from 'node:stream';

/** Reads a stream up to a delimiter, piece by piece. */
export interface ByteReader {
  /** Bytes before the delimiter, which is taken too; `undefined` when it does not come within `limit` bytes. */
  until(delimiter: Buffer, limit: number): Promise<Buffer | undefined>;
  /** Bytes before the delimiter as they come; the delimiter is taken too. @throws Error when it never comes */
  stream(delimiter: Buffer): AsyncGenerator<Buffer>;
  /** The next bytes; fewer when the stream ends. */
  take(count: number): Promise<Buffer>;
}

/** @param start bytes to be read before those of the stream */
export function createByteReader(source: Readable, start: Buffer): ByteReader {
  const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  let buffer = start;
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done === true) return false;
    buffer = Buffer.concat([buffer, next.value]);
    return true;
  };
  const cut = (end: number, skip = 0): Buffer => {
    const piece = buffer.subarray(0, end);
    buffer = buffer.subarray(end + skip);
    return piece;
  };
  return {
    async until(delimiter, limit): Promise<Buffer | undefined> {
      for (;;) {
        const at = buffer.indexOf(delimiter);
        if (at > limit) return undefined;
        if (at !== -1) return cut(at, delimiter.length);
        if (buffer.length > limit + delimiter.length || !(await more())) return undefined;
      }
    },
    async *stream(delimiter): AsyncGenerator<Buffer> {
      for (;;) {
        const at = buffer.indexOf(delimiter);
        if (at !== -1) {
          const last = cut(at, delimiter.length);
          if (last.length > 0) yield last;
          return;
        }
        // The end of what is here may be the beginning of the delimiter.
        const safe = buffer.length - delimiter.length + 1;
        if (safe > 0) yield cut(safe);
        if (!(await more())) throw new Error('the stream ended before the delimiter');
      }
    },
    async take(count): Promise<Buffer> {
      while (buffer.length < count && (await more()));
      return cut(Math.min(count, buffer.length));
    },
  };
}
