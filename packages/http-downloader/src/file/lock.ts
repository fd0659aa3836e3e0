import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import { DownloadError } from '../download-error.ts';
import { onDisk } from './disk.ts';

/** A lock that is held. */
export interface Lock {
  release(): Promise<void>;
}

// A lock of another machine, on a shared disk, is renewed now and then as bytes are written; after this long its holder is gone.
const FOREIGN_STALE_MS = 600_000;

/**
 * Takes a lock file. That of a process which has died is taken over.
 *
 * @throws DownloadError `TARGET_BUSY` when another download holds it
 */
export async function takeLock(path: string): Promise<Lock> {
  const own = JSON.stringify({ pid: process.pid, born: await bornAt(process.pid), host: hostname(), id: randomUUID() });
  if (!(await tryCreate(path, own))) {
    const held = await readFile(path, 'utf8').catch(() => '');
    if (!(await isStale(path, held))) throw busy();
    await removeStale(path, held, own);
    if (!(await tryCreate(path, own))) throw busy();
  }
  return {
    async release(): Promise<void> {
      if ((await readFile(path, 'utf8').catch(() => '')) === own) await rm(path, { force: true }).catch(() => {});
    },
  };
}

async function tryCreate(path: string, text: string): Promise<boolean> {
  let file: FileHandle;
  try {
    file = await open(path, 'wx', 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    return onDisk(Promise.reject(error as Error));
  }
  try {
    await onDisk(file.writeFile(text));
    return true;
  } catch (error) {
    // A full disk may have room for a name and not for a text.
    await rm(path, { force: true }).catch(() => {});
    throw error;
  } finally {
    await file.close().catch(() => {});
  }
}

// Two may find the same lock stale. Moving it away is done by one of them only, and what was moved is looked at again.
async function removeStale(path: string, held: string, own: string): Promise<void> {
  const aside = `${path}.${(JSON.parse(own) as { id: string }).id.slice(0, 8)}`;
  try {
    await rename(path, aside);
  } catch {
    throw busy();
  }
  const moved = await readFile(aside, 'utf8').catch(() => '');
  if (moved !== held) {
    // Somebody took it over in between: it goes back where it was.
    await rename(aside, path).catch(() => {});
    throw busy();
  }
  await rm(aside, { force: true });
}

async function isStale(path: string, text: string): Promise<boolean> {
  const age = Date.now() - (await stat(path).catch(() => ({ mtimeMs: Date.now() }))).mtimeMs;
  const holder = parse(text);
  // Its writer may be between creating and filling it, or have died there.
  if (holder === undefined) return age > 5000;
  if (holder.host !== hostname()) return age > FOREIGN_STALE_MS;
  return !isAlive(holder.pid) || (await bornAt(holder.pid)) !== holder.born;
}

function parse(text: string): { readonly pid: number; readonly born: string; readonly host: string } | undefined {
  try {
    const data = JSON.parse(text) as Record<string, unknown>;
    const { pid, born, host } = data;
    return typeof pid === 'number' && typeof born === 'string' && typeof host === 'string'
      ? { pid, born, host }
      : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

// Numbers of processes are used again, most of all in containers. Linux tells when each was started.
async function bornAt(pid: number): Promise<string> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return line.slice(line.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function busy(): DownloadError {
  return new DownloadError('another download to the same file is under way', { code: 'TARGET_BUSY', retryable: true });
}
