import type { FileHandle } from 'node:fs/promises';
import { createCrc64 } from '@ossgrant/crc64';
import type { ByteRange } from '../answer/content-range.ts';
import { readRange } from '../read-range.ts';
import type { Answer, Session } from '../session.ts';
import { sizeOf } from '../trim-batch.ts';
import { onDisk } from './on-disk.ts';
import type { Segment } from './segments.ts';
import { writeAt } from './write-at.ts';

/** What receiving a range takes. */
export interface ReceiveOptions {
  readonly session: Session;
  readonly file: FileHandle;
  /** `end` may be `Infinity`. */
  readonly range: ByteRange;
  readonly opened?: Answer | undefined;
  readonly onBytes: (bytes: number) => void;
  /** Called with what is in the file so far, after each write. */
  readonly onWritten?: (segment: Segment) => void;
}

/** Reads a range into the file, at its place. Two writes never overlap: one runs while the next bytes come. */
export async function receive(options: ReceiveOptions): Promise<Segment> {
  const { session, file, range, opened, onBytes, onWritten } = options;
  const { start } = range;
  const crc = createCrc64();
  let at = start;
  let writing: Promise<void> = Promise.resolve();
  try {
    for await (const batch of readRange(session, range, opened)) {
      for (const chunk of batch) crc.update(chunk);
      await writing;
      const position = at;
      at += sizeOf(batch);
      const segment = { start, end: at, crc64: crc.digest() };
      writing = onDisk(writeAt(file, batch, position)).then(() => onWritten?.(segment));
      // It is awaited with the next batch; until then it must not count as unhandled.
      writing.catch(() => {});
      onBytes(at - position);
      await session.pace(at - position);
    }
  } finally {
    // The file must not be closed under a write.
    await writing.catch(() => {});
  }
  await writing;
  return { start, end: at, crc64: crc.digest() };
}
