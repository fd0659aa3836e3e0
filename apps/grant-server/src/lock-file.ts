import { open, readFile, rm } from 'node:fs/promises';

/** A folder that another process uses. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

/** Whether a process of this id lives; one of another user counts too. */
function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Makes a file with this process's id. @returns whether there was none */
async function make(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    await handle.writeFile(String(process.pid));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Takes a lock file that holds this process's id. PGlite has no lock of its own, and two processes on one folder lose
 * each other's writes. A lock is taken over only when its process is gone, and by one process at a time.
 *
 * @returns what gives the lock back
 * @throws FolderInUseError
 */
export async function takeLock(file: string): Promise<() => Promise<void>> {
  const release = (): Promise<void> => rm(file, { force: true });
  if (await make(file)) return release;
  const takeover = `${file}.takeover`;
  if (!(await make(takeover))) throw inUse(takeover, 'another process is starting');
  try {
    const pid = Number((await readFile(file, 'utf8').catch(() => '')) || Number.NaN);
    // A file without an id is one that its maker is about to fill, or died before it could.
    if (!Number.isInteger(pid) || lives(pid)) throw inUse(file, `process ${Number.isInteger(pid) ? pid : 'unknown'}`);
    await release();
    if (await make(file)) return release;
    throw inUse(file, 'another process was faster');
  } finally {
    await rm(takeover, { force: true });
  }
}

function inUse(file: string, by: string): FolderInUseError {
  return new FolderInUseError(
    `the data folder is in use (${by}): stop that process, name another folder in GRANT_DATA, or set DATABASE_URL for several processes. If no such process runs, delete ${file}`,
  );
}
