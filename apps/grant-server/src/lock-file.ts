import { readFileSync, readlinkSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';

/** A folder that another process uses. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError';
}

// Downloads judge processes by the same rules, in http-downloader's `process-identity.ts`. Two copies, as only a package that does no
// I/O could hold what both import, and this program needs no downloader; a test keeps them alike.

/** Names a process. Empty text: not known on this system. */
interface Holder {
  readonly pid: number;
  /** When it was started, in the system's ticks: numbers of processes are used again, most of all in containers. */
  readonly born: string;
  /** Machine, boot and namespace, within which numbers of processes are unique. */
  readonly place: string;
}

function textOf(read: () => string): string {
  try {
    return read().trim();
  } catch {
    return '';
  }
}

/** Linux's facts of a process; see proc_pid_stat(5). A zombie has ended, though its number is in use until its parent waits for it. */
function statOf(pid: number): { readonly born: string; readonly hasEnded: boolean } {
  const line = textOf(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  const [state = '', ...fields] = line.slice(line.lastIndexOf(')') + 2).split(' ');
  return { born: fields[18] ?? '', hasEnded: state === 'Z' || state === 'X' };
}

function placeOfProcesses(): string {
  const boot = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  const namespace = textOf(() => readlinkSync('/proc/self/ns/pid'));
  return `${hostname()} ${boot} ${namespace}`;
}

/** Whether a process runs; one that cannot be seen from here, such as another container's, counts as running. */
function runs({ pid, born, place }: Holder): boolean {
  if (place !== placeOfProcesses()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  const now = statOf(pid);
  if (now.hasEnded) return false;
  return born === '' || now.born === '' || born === now.born;
}

/** Makes a file that names this process. @returns whether there was none */
async function make(file: string): Promise<boolean> {
  try {
    const handle = await open(file, 'wx', 0o600);
    const { pid } = process;
    const holder: Holder = { pid, born: statOf(pid).born, place: placeOfProcesses() };
    await handle.writeFile(JSON.stringify(holder));
    await handle.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** The process that a file names; undefined for a file that its maker is about to fill, or died before it could. */
async function holderOf(file: string): Promise<Holder | undefined> {
  try {
    const { pid, born, place } = JSON.parse(await readFile(file, 'utf8')) as Record<string, unknown>;
    if (!Number.isSafeInteger(pid) || typeof born !== 'string' || typeof place !== 'string') return undefined;
    return { pid: Number(pid), born, place };
  } catch {
    return undefined;
  }
}

/**
 * Takes a lock file that names this process. PGlite has no lock of its own, and two processes on one folder lose each other's writes. A
 * lock is taken over only when its process has ended, as seen from here, and by one process at a time.
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
    const holder = await holderOf(file);
    if (holder === undefined || runs(holder)) throw inUse(file, `process ${holder?.pid ?? 'unknown'}`);
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
