import { createHash } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname, uptime } from 'node:os';

/** Names a process so that another, perhaps on another machine, can tell whether it still runs. Empty text: not known. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the system's ticks: numbers of processes are used again, most of all in containers. */
  readonly born: string;
  readonly host: string;
  /** The run of the system. */
  readonly boot: string;
  /** Within it numbers of processes are unique. */
  readonly namespace: string;
}

/** What is asked of the system. */
export interface ProcessSystem {
  readonly platform: NodeJS.Platform;
  readonly pid: number;
  hostname(): string;
  /** Content of a file, or where a link points to; undefined if that cannot be read. */
  read(path: string): Promise<string | undefined>;
  /** When the system was started, in milliseconds since 1970. */
  bootTime(): number;
  /** Sends no signal, and fails as `process.kill` does. */
  probe(pid: number): void;
}

const thisSystem: ProcessSystem = {
  platform: process.platform,
  pid: process.pid,
  hostname,
  read: (path) => (path.includes('/ns/') ? readlink(path) : readFile(path, 'utf8')).catch(() => undefined),
  bootTime: () => Date.now() - uptime() * 1000,
  probe: (pid) => void process.kill(pid, 0),
};

/** Knows the processes of this machine. */
export interface Processes {
  own(): Promise<ProcessIdentity>;
  /** `gone`: it has ended, even if its parent has not yet asked for its result; `unknown`: it cannot be seen from here. */
  stateOf(identity: ProcessIdentity): Promise<'alive' | 'gone' | 'unknown'>;
}

// Boot times are computed from the clock, which is corrected now and then.
const SAME_BOOT_MS = 10_000;

/**
 * Linux gives the boot, the namespace of process numbers and when a process was started. macOS and Windows have no such namespaces;
 * there the boot is known by its time, and a number that is in use may be another process's.
 */
export function createProcesses(system: ProcessSystem = thisSystem): Processes {
  const isLinux = system.platform === 'linux';
  const statOf = async (pid: number): Promise<{ born: string; hasEnded: boolean }> => {
    const line = isLinux ? ((await system.read(`/proc/${pid}/stat`)) ?? '') : '';
    // See proc_pid_stat(5). The name, in parentheses, may contain anything.
    const [state = '', ...fields] = line.slice(line.lastIndexOf(')') + 2).split(' ');
    // A zombie keeps its number until its parent waits for it, which the first process of a container may never do.
    return { born: fields[18] ?? '', hasEnded: state === 'Z' || state === 'X' };
  };
  async function read(): Promise<ProcessIdentity> {
    return {
      pid: system.pid,
      born: (await statOf(system.pid)).born,
      host: system.hostname(),
      boot: isLinux
        ? ((await system.read('/proc/sys/kernel/random/boot_id')) ?? '').trim()
        : String(Math.round(system.bootTime())),
      namespace: isLinux ? ((await system.read('/proc/self/ns/pid')) ?? '') : system.platform,
    };
  }
  let self: Promise<ProcessIdentity> | undefined;
  const own = (): Promise<ProcessIdentity> => (self ??= read());

  const isSameBoot = (one: string, other: string): boolean =>
    isLinux ? one === other : Math.abs(Number(one) - Number(other)) <= SAME_BOOT_MS;

  return {
    own,
    async stateOf({ pid, born, host, boot, namespace }): Promise<'alive' | 'gone' | 'unknown'> {
      const here = await own();
      const isKnown = host !== '' && boot !== '' && namespace !== '';
      if (!isKnown || host !== here.host || namespace !== here.namespace || !isSameBoot(boot, here.boot)) {
        return 'unknown';
      }
      if (!isInUse(system, pid)) return 'gone';
      const now = await statOf(pid);
      if (now.hasEnded) return 'gone';
      if (now.born === '' || born === '') return 'unknown';
      return now.born === born ? 'alive' : 'gone';
    },
  };
}

function isInUse(system: ProcessSystem, pid: number): boolean {
  try {
    system.probe(pid);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The processes of this machine. */
export const processes: Processes = createProcesses();

const shortIdentities = new WeakMap<ProcessIdentity, string>();

/** A process as a piece of a file name. */
export function shortIdentity(process: ProcessIdentity): string {
  const known = shortIdentities.get(process);
  if (known !== undefined) return known;
  const { pid, born, host, boot, namespace } = process;
  const where = createHash('sha256')
    .update(JSON.stringify([host, boot, namespace]))
    .digest('hex')
    .slice(0, 8);
  const short = `${where}-${pid}-${born}`;
  shortIdentities.set(process, short);
  return short;
}
