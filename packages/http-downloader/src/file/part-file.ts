import { constants } from 'node:fs';
import { rename, rm, type FileHandle } from 'node:fs/promises';
import { defined } from '@ossgrant/credentials-core/internal';
import { DownloadError } from '../download-error.ts';
import type { ObjectInfo } from '../download.ts';
import type { ByteRange } from '../object-response.ts';
import { checkSegments } from './check-segments.ts';
import { removeCheckpoint, writeCheckpoint } from './checkpoint.ts';
import { onDisk } from './disk.ts';
import type { FileJob } from './job.ts';
import { lost, takeLock, type Lock } from './lock.ts';
import { createOwn, openOwn } from './own-file.ts';
import { copy, putInPlace } from './put-in-place.ts';
import { combineSegments, missingRanges, sortSegments, type Segment } from '../segments.ts';
import { modeFor, type Target } from './target.ts';

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
  /** Says which object the file is of, for the checkpoint; without it none is written. */
  describe(identity: string, info: ObjectInfo): void;
  /** Puts the file in the target's place, unless that was aborted meanwhile, and removes what is beside it. */
  finish(): Promise<void>;
  /** Closes the file and gives up the lock. `leave` touches nothing on the disk, `keep` saves the checkpoint. */
  abandon(what: 'leave' | 'keep' | 'remove'): Promise<void>;
}

const SAVE_EVERY_MS = 1000;

/** Takes the lock and opens the file, which another run may have left. @throws DownloadError `TARGET_BUSY`, or for the disk */
export async function openPartFile({ session, target, options }: FileJob): Promise<PartFile> {
  const lock = await takeLock(target.lock, { onLost: (error) => session.cancel(error) });
  let file: FileHandle;
  try {
    file = await onDisk(openPart(target, lock));
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
  let described: { readonly identity: string; readonly info: ObjectInfo } | undefined;
  let isOnlyCopy = false;
  let saving: Promise<void> | undefined;
  let savedAt = session.clock.monotonic();

  async function save(): Promise<void> {
    if (options.resume === false || described?.info.size === undefined) return;
    const { size, etag, crc64 } = described.info;
    const { identity } = described;
    if (!(await lock.isHeld())) return;
    await writeCheckpoint(target.checkpoint, { identity, size, ...defined({ etag, crc64 }), segments: segments() });
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

  async function assertHeld(): Promise<void> {
    if (!(await lock.isHeld())) throw lost(target.lock);
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
    describe: (identity, info) => void (described = { identity, info }),
    async finish(): Promise<void> {
      await saving;
      const { signal } = session;
      const onOverwrite = (): void => void (isOnlyCopy = true);
      await putInPlace({ file, from: target.part, target, signal, assertHeld, onOverwrite });
      await file.close().catch(() => {});
      await removeCheckpoint(target.checkpoint);
      await lock.release();
    },
    async abandon(what): Promise<void> {
      await saving;
      await file.close().catch(() => {});
      // What is there is the new holder's business.
      if (what !== 'leave' && (await lock.isHeld())) {
        if (what === 'keep' && present.size > 0) await save().catch(() => {});
        else if (!isOnlyCopy) await removePart(target);
      }
      await lock.release();
    },
  };
}

/** Removes what an earlier run left, unless another download is using it. */
export async function removeEarlierPart(target: Target): Promise<void> {
  const lock = await takeLock(target.lock).catch(() => undefined);
  if (lock === undefined) return;
  await removePart(target);
  await lock.release();
}

async function removePart(target: Target): Promise<void> {
  await rm(target.part, { force: true }).catch(() => {});
  await removeCheckpoint(target.checkpoint);
}

async function openPart(target: Target, lock: Lock): Promise<FileHandle> {
  const left = await openOwn(target.part, constants.O_RDWR);
  if (left === undefined) return createOwn(target.part, modeFor(target));
  if (!lock.isDoubtful) return left;
  // The earlier holder may still be writing to it.
  const name = `${target.part}.new`;
  let own: FileHandle | undefined;
  try {
    own = await createOwn(name, modeFor(target));
    await copy(left, own, Number((await left.stat({ bigint: true })).size));
    await rename(name, target.part);
    return own;
  } catch (error) {
    await own?.close();
    await rm(name, { force: true }).catch(() => {});
    throw error;
  } finally {
    await left.close();
  }
}

/**
 * Gives a file its size ahead of its bytes, without taking room: what lies beyond is cut off, and a system that allows no file of
 * that size says so now. Other failures do not matter yet.
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
