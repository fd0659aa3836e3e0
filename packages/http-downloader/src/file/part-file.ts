import { constants } from 'node:fs';
import { open, rm, utimes, type FileHandle } from 'node:fs/promises';
import { defined } from '@ossgrant/credentials-core/internal';
import { DownloadError } from '../download-error.ts';
import type { ObjectInfo } from '../download.ts';
import type { ByteRange } from '../object-response.ts';
import { removeCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { onDisk } from './disk.ts';
import type { FileJob } from './job.ts';
import { takeLock } from './lock.ts';
import { checkSegments, combineSegments, missingRanges, sortSegments, type Segment } from './segments.ts';
import { moveIntoPlace } from './target.ts';

/** The file that parts are written to, its checkpoint and its lock. */
export interface PartFile {
  readonly file: FileHandle;
  /** How many of the object's bytes are in the file. */
  bytes(): number;
  /** Checksum of the object, combined from its segments; right when none is missing. */
  crc64(): bigint;
  /** What is missing of an object of this size, in pieces of at most `partSize` bytes; the first may be shorter. */
  missing(size: number, partSize: number, firstSize?: number): ByteRange[];
  /** Reads the file and drops the segments whose bytes are not what was written. Whether all were right. */
  check(): Promise<boolean>;
  /** Replaces what is known to be in the file. */
  reset(segments: readonly Segment[]): void;
  /** Adds a segment, or replaces the one that starts at the same byte; saves the checkpoint now and then. */
  written(segment: Segment): void;
  /** Tells what is being received. Without it no checkpoint is written. */
  describe(info: ObjectInfo): void;
  /** Puts the file in the target's place, unless that was aborted meanwhile, and removes what is beside it. */
  finish(): Promise<void>;
  /** Closes all; what is there stays for the next run, or is removed. */
  abandon(what: 'keep' | 'remove'): Promise<void>;
}

const SAVE_EVERY_MS = 1000;

/** Takes the lock and opens the file. @throws DownloadError `TARGET_BUSY`, or for the file system */
export async function openPartFile({ source, session, target, options }: FileJob): Promise<PartFile> {
  const lock = await takeLock(target.lock);
  let file: FileHandle;
  try {
    file = await onDisk(open(target.part, constants.O_RDWR | constants.O_CREAT, 0o666));
  } catch (error) {
    await lock.release();
    throw error;
  }
  const present = new Map<number, Segment>();
  const segments = (): Segment[] => sortSegments([...present.values()]);
  const reset = (known: readonly Segment[]): void => {
    present.clear();
    for (const segment of known) present.set(segment.start, segment);
  };
  let info: ObjectInfo | undefined;
  let saving: Promise<void> | undefined;
  let savedAt = session.clock.monotonic();

  async function save(): Promise<void> {
    await utimes(target.lock, new Date(), new Date()).catch(() => {});
    if (options.resume === false || info?.size === undefined) return;
    const { size, etag, crc64 } = info;
    await writeCheckpoint(target.checkpoint, {
      identity: source.identity,
      size,
      ...defined({ etag, crc64 }),
      segments: segments(),
    });
  }

  function saveSoon(): void {
    const now = session.clock.monotonic();
    if (saving !== undefined || now - savedAt < SAVE_EVERY_MS) return;
    savedAt = now;
    // A download is worth finishing without a checkpoint.
    saving = save()
      .catch(() => {})
      .finally(() => (saving = undefined));
  }

  return {
    file,
    bytes: () => segments().reduce((sum, { start, end }) => sum + end - start, 0),
    crc64: () => combineSegments(segments()),
    missing: (size, partSize, firstSize) => missingRanges(segments(), size, partSize, firstSize),
    async check(): Promise<boolean> {
      const all = segments();
      const right = await checkSegments(file, all, session.signal);
      reset(right);
      return right.length === all.length;
    },
    reset,
    written(segment): void {
      present.set(segment.start, segment);
      saveSoon();
    },
    describe: (known) => void (info = known),
    async finish(): Promise<void> {
      await saving;
      await onDisk(file.sync());
      await onDisk(file.close());
      session.signal.throwIfAborted();
      await moveIntoPlace(target.part, target);
      await removeCheckpoint(target.checkpoint);
      await lock.release();
    },
    async abandon(what): Promise<void> {
      await saving;
      await file.close().catch(() => {});
      if (what === 'keep' && present.size > 0) await save().catch(() => {});
      else {
        await rm(target.part, { force: true }).catch(() => {});
        await removeCheckpoint(target.checkpoint);
      }
      await lock.release();
    },
  };
}

/**
 * Gives a file its size ahead of its bytes, without taking room: what lies beyond is cut off, and a system that allows no file of
 * that size says so now. One that cannot do it is no reason to stop.
 *
 * @throws DownloadError `DISK_FULL`
 */
export async function giveSize(file: FileHandle, size: number): Promise<void> {
  try {
    await onDisk(file.truncate(size));
  } catch (error) {
    if (error instanceof DownloadError && error.code === 'DISK_FULL') throw error;
  }
}
