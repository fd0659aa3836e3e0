import type { ByteRange, ObjectResponse } from '../object-response.ts';
import { readRange } from '../session/read-range.ts';
import type { Session } from '../session/session.ts';
import type { Blocks } from '../transport/transport.ts';
import type { BlockPool } from './block-pool.ts';
import { type OpenFile, onDisk, writeAt } from './disk.ts';
import type { Segment } from '../segments.ts';

/** Writes the bytes of one connection. */
export interface Writer {
  /**
   * Starts a write as soon as not too many are running; `onWritten` is called when it and all before it are done. The bytes are given
   * back then.
   *
   * @throws DownloadError of an earlier write
   */
  write(bytes: Uint8Array, position: number, onWritten: () => void): Promise<void>;
  /** Waits for all. @throws DownloadError of one of them */
  finish(): Promise<void>;
  /** Waits for all: a file must not be closed under a write. */
  settle(): Promise<void>;
}

/** Makes a writer that runs two writes at most: the kernel works on one while the next is being handed over. */
export function createWriter(file: OpenFile, blocks: Blocks): Writer {
  let earlier: Promise<void> = Promise.resolve();
  let latest: Promise<void> = earlier;

  async function run(bytes: Uint8Array, position: number, before: Promise<void>): Promise<void> {
    const writing = onDisk(writeAt(file, bytes, position)).finally(() => blocks.give(bytes));
    // Whichever fails, both are over when this is.
    const [first, second] = await Promise.allSettled([before, writing]);
    if (first.status === 'rejected') throw first.reason;
    if (second.status === 'rejected') throw second.reason;
  }

  return {
    async write(bytes, position, onWritten): Promise<void> {
      await earlier;
      earlier = latest;
      latest = run(bytes, position, latest).then(onWritten);
      // It is awaited by a later call; until then it must not count as unhandled.
      latest.catch(() => {});
    },
    finish: () => latest,
    settle: () => latest.catch(() => {}),
  };
}

/** What receiving a range needs. */
export interface ReceiveOptions {
  readonly session: Session;
  readonly file: OpenFile;
  readonly blocks: BlockPool;
  /** `end` may be `Infinity`. */
  readonly range: ByteRange;
  readonly opened?: ObjectResponse | undefined;
  readonly onBytes: (bytes: number) => void;
  /** Called with what is in the file so far, after each write. */
  readonly onWritten?: (segment: Segment) => void;
  /** Asked after bytes up to `at` have come: whether to give the connection up here, and leave the rest of the range. */
  readonly mayStop?: (at: number) => boolean;
}

/** Reads a range into the file, at its place: the next bytes come while the last are written. Returns what is in the file then. */
export async function receive(options: ReceiveOptions): Promise<Segment> {
  const { session, file, blocks, range, opened, onBytes, onWritten, mayStop } = options;
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
      if (mayStop?.(at) === true) break;
      await session.pace(length);
    }
    await writer.finish();
  } finally {
    await writer.settle();
  }
  return { start, end: at, crc64 };
}
