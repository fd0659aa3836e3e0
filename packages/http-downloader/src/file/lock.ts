import { randomUUID } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import { link, rename, rm, type FileHandle } from 'node:fs/promises';
import { DownloadError } from '../download-error.ts';
import { onDisk } from './disk.ts';
import { createOwn, factsAt, isSameFile, thisFileSystem } from './own-file.ts';
import { processes, type ProcessIdentity, type Processes } from './process-identity.ts';

/** A lock that is held. */
export interface Lock {
  /** Whether the earlier holder cannot be seen from here, and was only silent for long: it may run still. */
  readonly isDoubtful: boolean;
  /** Whether the lock file is still the one that was made here. */
  isHeld(): Promise<boolean>;
  release(): Promise<void>;
}

/** What taking a lock depends on. */
export interface LockOptions {
  /** Called when another has taken the lock over. */
  readonly onLost?: (error: DownloadError) => void;
  readonly processes?: Processes;
}

// A holder that cannot be seen (another machine or container) renews its lock so often, and has lost it after so long without.
// Network file systems show a change up to a minute late.
const RENEW_MS = 30_000;
const LAPSE_MS = 180_000;
// Its writer may be between creating and filling it.
const EMPTY_MS = 5000;
// Foreign text: a lock is some hundred bytes long.
const MAX_BYTES = 4096;

/**
 * Takes a lock file. One is taken over when its holder is gone: its process has ended, or, where that cannot be seen, it has not
 * renewed the lock for three minutes.
 *
 * @throws DownloadError `TARGET_BUSY` when another download holds it
 */
export async function takeLock(path: string, options: LockOptions = {}): Promise<Lock> {
  const table = options.processes ?? processes;
  const text = JSON.stringify({ ...(await table.own()), id: randomUUID() });
  let isDoubtful = false;
  let file = await tryCreate(path, text);
  if (file === undefined) {
    isDoubtful = await takeOver(path, table);
    file = await tryCreate(path, text);
    if (file === undefined) throw busy(path);
  }
  return hold(path, file, { text, isDoubtful, ...options });
}

interface Holding extends LockOptions {
  readonly text: string;
  readonly isDoubtful: boolean;
}

async function hold(path: string, file: FileHandle, { text, isDoubtful, onLost }: Holding): Promise<Lock> {
  const own = await file.stat({ bigint: true });
  const isHeld = async (): Promise<boolean> => {
    const now = await factsAt(path);
    return now !== undefined && isSameFile(now, own);
  };
  // Written rather than touched: the time is then that of the disk's own machine.
  const renew = async (): Promise<void> => {
    await file.write(text, 0).catch(() => {});
    if (!(await isHeld())) onLost?.(lost(path));
  };
  const timer = setInterval(() => void renew(), RENEW_MS).unref();
  return {
    isDoubtful,
    isHeld,
    async release(): Promise<void> {
      clearInterval(timer);
      if (await isHeld()) await rm(path, { force: true }).catch(() => {});
      await file.close().catch(() => {});
    },
  };
}

async function tryCreate(path: string, text: string): Promise<FileHandle | undefined> {
  const { noFollow } = thisFileSystem;
  let file: FileHandle;
  try {
    file = await thisFileSystem.open(path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | noFollow, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    return onDisk(Promise.reject(error as Error));
  }
  try {
    await onDisk(file.writeFile(text));
    return file;
  } catch (error) {
    // A full disk may have room for a name and not for a text.
    await rm(path, { force: true }).catch(() => {});
    await file.close().catch(() => {});
    throw error;
  }
}

/** Removes a lock whose holder is gone. Whether that is only likely. @throws DownloadError `TARGET_BUSY` */
async function takeOver(path: string, table: Processes): Promise<boolean> {
  const facts = await factsAt(path);
  if (facts === undefined) return false;
  // Anything but a file was planted: no download makes such a lock.
  if (!facts.isFile()) {
    await onDisk(rm(path));
    return false;
  }
  const { holder, found, isGarbled } = await readLock(path, facts);
  const state = holder === undefined ? 'unknown' : await table.stateOf(holder);
  if (state === 'alive') throw busy(path, holder);
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    if (state === 'unknown') {
      const silentMs = (await timeOfDisk(aside)) - Number(found.mtimeMs);
      const limitMs = isGarbled ? EMPTY_MS : LAPSE_MS;
      if (silentMs <= limitMs) throw busy(path, holder, limitMs - silentMs);
    }
    await moveAside(path, aside, found);
  } finally {
    await rm(aside, { force: true }).catch(() => {});
  }
  return state === 'unknown';
}

// Two may find the same lock stale. Moving it away is done by one of them only, and what was moved is looked at again.
async function moveAside(path: string, aside: string, judged: BigIntStats): Promise<void> {
  try {
    await rename(path, aside);
  } catch {
    throw busy(path);
  }
  const moved = await factsAt(aside);
  if (moved !== undefined && isSameFile(moved, judged)) return;
  // Another took it over in between. It is put back unless a third has a lock there by now; its holder looks before it finishes.
  await link(aside, path).catch(() => {});
  throw busy(path);
}

// By the clock that the times of files are taken from: a disk may be another machine's.
async function timeOfDisk(path: string): Promise<number> {
  const file = await onDisk(createOwn(path, 0o600));
  try {
    await file.write(' ');
    return Number((await file.stat({ bigint: true })).mtimeMs);
  } catch {
    return Date.now();
  } finally {
    await file.close().catch(() => {});
  }
}

interface ReadLock {
  /** Undefined also for a lock that this user may not read. */
  readonly holder: ProcessIdentity | undefined;
  readonly found: BigIntStats;
  readonly isGarbled: boolean;
}

async function readLock(path: string, seen: BigIntStats): Promise<ReadLock> {
  const { noFollow, nonBlocking } = thisFileSystem;
  const flags = constants.O_RDONLY | noFollow | nonBlocking;
  const file = await thisFileSystem.open(path, flags, 0).catch(() => undefined);
  if (file === undefined) return { holder: undefined, found: seen, isGarbled: false };
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BYTES), 0, MAX_BYTES, 0);
    const holder = parse(buffer.toString('utf8', 0, bytesRead));
    return { holder, found: await file.stat({ bigint: true }), isGarbled: holder === undefined };
  } catch {
    return { holder: undefined, found: seen, isGarbled: false };
  } finally {
    await file.close().catch(() => {});
  }
}

function parse(text: string): ProcessIdentity | undefined {
  try {
    const data = JSON.parse(text) as Record<string, unknown>;
    const { pid, born = '', host = '', boot = '', namespace = '' } = data;
    const texts = [born, host, boot, namespace];
    if (!Number.isSafeInteger(pid) || Number(pid) <= 0 || !texts.every((value) => typeof value === 'string')) {
      return undefined;
    }
    return { pid, born, host, boot, namespace } as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function busy(path: string, holder?: ProcessIdentity, lapsesInMs?: number): DownloadError {
  const who = holder === undefined ? 'another download' : `process ${holder.pid} on ${JSON.stringify(holder.host)}`;
  const when =
    lapsesInMs === undefined
      ? 'wait until it ends'
      : `wait until it ends; if it has ended, the lock lapses in ${Math.ceil(lapsesInMs / 1000)} s`;
  return new DownloadError(`${who} is downloading to the same file and holds the lock ${path}: ${when}`, {
    code: 'TARGET_BUSY',
    retryable: true,
  });
}

/** The error of a download whose lock another has taken over. */
export function lost(path: string): DownloadError {
  return new DownloadError(
    `another download has taken over the lock ${path}, which was not renewed for ${LAPSE_MS / 1000} s: this one stops`,
    { code: 'TARGET_BUSY', retryable: true },
  );
}
