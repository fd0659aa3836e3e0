import { describe, expect, it } from 'vitest';
import { createProcesses, type ProcessSystem } from '../../src/file/process-identity.ts';

interface Fake extends Partial<ProcessSystem> {
  readonly files?: Readonly<Record<string, string>>;
  readonly running?: readonly number[];
}

const statLine = (pid: number, born: string, state = 'S'): string =>
  `${pid} (a) b) ${state} 1 ${Array.from({ length: 17 }, () => '0').join(' ')} ${born} 0`;

const LINUX = {
  '/proc/sys/kernel/random/boot_id': 'boot-1\n',
  '/proc/self/ns/pid': 'pid:[1]',
  '/proc/7/stat': statLine(7, '700'),
  '/proc/8/stat': statLine(8, '800'),
};

function system({ files = LINUX, running = [7, 8], ...rest }: Fake = {}): ProcessSystem {
  return {
    platform: 'linux',
    pid: 7,
    hostname: () => 'here',
    read: async (path) => files[path],
    bootTime: () => 1_000_000,
    probe(pid) {
      if (!running.includes(pid)) throw Object.assign(new Error('x'), { code: 'ESRCH' });
    },
    ...rest,
  };
}

const linux = createProcesses(system());
const there = { pid: 8, born: '800', host: 'here', boot: 'boot-1', namespace: 'pid:[1]' };

describe('a process of Linux', () => {
  it('is known by its boot, its namespace and when it was started', async () => {
    expect(await linux.own()).toEqual({ pid: 7, born: '700', host: 'here', boot: 'boot-1', namespace: 'pid:[1]' });
    expect(await linux.stateOf(there)).toBe('alive');
  });

  it('is gone when its number is not in use, or in use again', async () => {
    expect(await linux.stateOf({ ...there, pid: 9 })).toBe('gone');
    expect(await linux.stateOf({ ...there, born: '799' })).toBe('gone');
  });

  it.each(['Z', 'X'])('is gone when it has ended and nobody has waited for it, state %s', async (state) => {
    const files = { ...LINUX, '/proc/8/stat': statLine(8, '800', state) };
    expect(await createProcesses(system({ files })).stateOf(there)).toBe('gone');
  });

  it.each([{ host: 'there' }, { boot: 'boot-2' }, { namespace: 'pid:[2]' }, { boot: '' }, { namespace: '' }])(
    'cannot be judged from elsewhere: %j',
    async (other) => {
      expect(await linux.stateOf({ ...there, pid: 9, ...other })).toBe('unknown');
    },
  );

  it('cannot be judged when its start may not be read, as with hidepid', async () => {
    const { '/proc/8/stat': _, ...hidden } = LINUX;
    const probe = (): never => {
      throw Object.assign(new Error('x'), { code: 'EPERM' });
    };
    expect(await createProcesses(system({ files: hidden, probe })).stateOf(there)).toBe('unknown');
  });
});

describe.each(['darwin', 'win32'] as const)('a process of %s, without namespaces and start times', (platform) => {
  const table = createProcesses(system({ platform, files: {} }));

  it('is gone when its number is not in use on the same boot', async () => {
    const own = await table.own();
    expect(own).toEqual({ pid: 7, born: '', host: 'here', boot: '1000000', namespace: platform });
    expect(await table.stateOf({ ...own, pid: 9 })).toBe('gone');
    // The clock was corrected a little since.
    expect(await table.stateOf({ ...own, pid: 9, boot: '1009000' })).toBe('gone');
  });

  it('cannot be judged when its number is in use, or the boot is another', async () => {
    const own = await table.own();
    expect(await table.stateOf({ ...own, pid: 8 })).toBe('unknown');
    expect(await table.stateOf({ ...own, pid: 9, boot: '2000000' })).toBe('unknown');
  });
});
