import type { Blocks } from '../transport/blocks.ts';
import { onDisk } from './on-disk.ts';
import type { OpenFile } from './open-file.ts';
import { writeAt } from './write-at.ts';

/** Writes what one connection receives. */
export interface Writer {
  /**
   * Starts a write, as soon as there are not too many under way; `onWritten` is called when it and all before it are done.
   * The bytes are given back then.
   *
   * @throws DownloadError of an earlier write
   */
  write(bytes: Uint8Array, position: number, onWritten: () => void): Promise<void>;
  /** Waits for all. @throws DownloadError of one of them */
  finish(): Promise<void>;
  /** Waits for all: a file must not be closed under a write. */
  settle(): Promise<void>;
}

/** Makes a writer that has two writes under way at most: one is in the kernel's hands while the next is on its way. */
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
