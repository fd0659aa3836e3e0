import type { ByteRange } from '../answer/content-range.ts';
import { readRange } from '../read-range.ts';
import type { Answer, Session } from '../session.ts';
import type { BlockPool } from './block-pool.ts';
import type { OpenFile } from './open-file.ts';
import type { Segment } from './segments.ts';
import { createWriter } from './writer.ts';

/** What receiving a range takes. */
export interface ReceiveOptions {
  readonly session: Session;
  readonly file: OpenFile;
  readonly blocks: BlockPool;
  /** `end` may be `Infinity`. */
  readonly range: ByteRange;
  readonly opened?: Answer | undefined;
  readonly onBytes: (bytes: number) => void;
  /** Called with what is in the file so far, after each write. */
  readonly onWritten?: (segment: Segment) => void;
}

/** Reads a range into the file, at its place: the next bytes come while the last are written. */
export async function receive(options: ReceiveOptions): Promise<Segment> {
  const { session, file, blocks, range, opened, onBytes, onWritten } = options;
  const { start } = range;
  const writer = createWriter(file, blocks);
  let [at, crc64] = [start, 0n];
  try {
    for await (const bytes of readRange(session, range, opened)) {
      const { length } = bytes;
      crc64 = blocks.crc64(bytes, crc64);
      const segment = { start, end: at + length, crc64 };
      await writer.write(bytes, at, () => onWritten?.(segment));
      at += length;
      onBytes(length);
      await session.pace(length);
    }
    await writer.finish();
  } finally {
    await writer.settle();
  }
  return { start, end: at, crc64 };
}
