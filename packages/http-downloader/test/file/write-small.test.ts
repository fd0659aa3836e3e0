import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { link, lstat, mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type * as diskModule from '../../src/file/disk.ts';
import type * as leftoversModule from '../../src/file/leftovers.ts';
import type * as targetModule from '../../src/file/target.ts';
import type * as writeSmallModule from '../../src/file/write-small.ts';
import { failing, replaceFunctions, replaceMethods, shortWrites, type Instead } from '../faults/faulty-disk.ts';
import { temporaryFolder } from '../kit.ts';

vi.mock(import('../../src/file/disk.ts'), { spy: true });
vi.mock(import('../../src/file/leftovers.ts'), { spy: true });

let promptly: typeof diskModule.promptly;
let temporaryName: typeof leftoversModule.temporaryName;
let resolveTarget: typeof targetModule.resolveTarget;
let writeSmall: typeof writeSmallModule.writeSmall;
// Other tests share the modules, and not their replacements.
beforeAll(async () => {
  vi.resetModules();
  ({ promptly } = await import('../../src/file/disk.ts'));
  ({ temporaryName } = await import('../../src/file/leftovers.ts'));
  ({ resolveTarget } = await import('../../src/file/target.ts'));
  ({ writeSmall } = await import('../../src/file/write-small.ts'));
});
afterAll(() => void vi.resetModules());

const CONTENT = Buffer.from('some bytes '.repeat(1000));
const small = (changes: Partial<writeSmallModule.SmallFile> = {}): writeSmallModule.SmallFile => ({
  content: CONTENT,
  modified: new Date(1_000_000_000_000),
  signal: new AbortController().signal,
  ...changes,
});

let path: string;
beforeEach(async () => {
  path = join(await temporaryFolder(), 'a');
});
const names = async (): Promise<string[]> => readdir(dirname(path));
const write = async (file = small()): Promise<void> => writeSmall(await resolveTarget(path), file);

/** As on a disk whose calls become slow: so many are made on this thread. */
const slowAfter = (calls: number) => (): void => {
  let made = 0;
  vi.mocked(promptly).mockImplementation(async (now, later) => ((made += 1) > calls ? later() : now()));
  onTestFinished(() => void vi.mocked(promptly).mockReset());
};

describe.each([
  ['on this thread', slowAfter(Infinity)],
  ['by other threads', slowAfter(0)],
  // The target is looked at, and the file is written.
  ['on this thread until it is put in place', slowAfter(2)],
])('a small file, %s', (_, prepare) => {
  beforeEach(prepare);

  it('is written with its time, and nothing is left beside it', async () => {
    await write();
    expect((await readFile(path)).equals(CONTENT)).toBe(true);
    expect((await stat(path)).mtimeMs).toBe(1_000_000_000_000);
    expect(await names()).toEqual(['a']);
  });

  it('is written whole by a system that takes a few bytes at a time, and without a time', async () => {
    await replaceMethods(['write'], shortWrites(100));
    await write(small({ modified: undefined }));
    expect((await readFile(path)).equals(CONTENT)).toBe(true);
    expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(60_000);
  });

  it.each([
    ['opened', async () => void replaceFunctions(['open'], failing('EACCES'))],
    ['written', async () => void (await replaceMethods(['write'], failing('EIO')))],
    ['synced', async () => void (await replaceMethods(['sync'], failing('EIO')))],
    ['renamed', async () => void replaceFunctions(['rename'], failing('EROFS'))],
  ])('that cannot be %s fails, and leaves nothing', async (__, spoil) => {
    await spoil();
    await expect(write()).rejects.toMatchObject({ code: 'FILE_SYSTEM', retryable: false });
    expect(await names()).toEqual([]);
  });

  it('finds the disk full', async () => {
    await replaceMethods(['write'], failing('ENOSPC'));
    await expect(write()).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await names()).toEqual([]);
  });

  it('is not put in place when all is aborted while it is synced', async () => {
    const stop = new AbortController();
    await replaceMethods(['sync'], (original, args) => {
      stop.abort(new Error('enough'));
      return original(...args);
    });
    await expect(write(small({ signal: stop.signal }))).rejects.toThrow('enough');
    expect(await names()).toEqual([]);
  });

  it('that another program has replaced is noticed', async () => {
    await replaceMethods(['sync'], async (original, args) => {
      const [temporary = ''] = await names();
      await writeFile(`${path}-planted`, 'planted');
      await rename(`${path}-planted`, join(dirname(path), temporary));
      return original(...args);
    });
    await expect(write()).rejects.toThrow('was replaced by another program during the download');
    expect(await names()).toEqual([]);
  });

  it('whose new name is taken by another file at once is not taken for written', async () => {
    replaceFunctions(['rename'], (original, args) => {
      const done = original(...args);
      const plant = (): void => {
        // Its number stays in use.
        linkSync(path, `${path}-kept`);
        rmSync(path);
        writeFileSync(path, 'planted');
      };
      return done instanceof Promise ? done.then(plant) : plant();
    });
    await expect(write()).rejects.toThrow('was replaced by another program during the download');
    expect(await readFile(path, 'utf8')).toBe('planted');
  });

  it.runIf(process.platform !== 'win32')('is never written through what was planted under its name', async () => {
    const secret = join(dirname(path), 'secret');
    await writeFile(secret, 'of somebody');
    const name = await temporaryName();
    await symlink(secret, join(dirname(path), name));
    vi.mocked(temporaryName).mockResolvedValue(name);
    onTestFinished(() => void vi.mocked(temporaryName).mockReset());
    await expect(write()).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await readFile(secret, 'utf8')).toBe('of somebody');
    expect(await names()).toContain(basename(secret));
    expect(await names()).not.toContain('a');
  });

  it.runIf(process.platform !== 'win32')('has the mode of any new file', async () => {
    await write();
    expect((await stat(path)).mode & 0o777).toBe(0o666 & ~process.umask());
  });

  it('is synced before it is renamed, and its folder afterwards', async () => {
    const calls: string[] = [];
    const noting =
      (call: string): Instead =>
      (original, args) => {
        calls.push(call);
        return original(...args);
      };
    await replaceMethods(['write'], noting('write'));
    await replaceMethods(['sync'], noting('sync'));
    replaceFunctions(['rename'], noting('rename'));
    await write();
    expect(calls).toEqual(['write', 'sync', 'rename', 'sync']);
  });

  it('removes what a killed run has left in its folder', async () => {
    const left = (await temporaryName()).replace(/-\d+-\d*-/, '-4194305-1-');
    await writeFile(join(dirname(path), left), '');
    await write();
    expect(await names()).toEqual(['a']);
  });

  it.runIf(process.platform === 'linux')('keeps no file open, whatever happens', async () => {
    const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const before = await open();
    await write();
    await rm(path);
    const mend = replaceFunctions(['rename'], failing('EROFS'));
    for (let index = 0; index < 5; index += 1) await expect(write()).rejects.toThrow('EROFS');
    mend();
    const repair = await replaceMethods(['write'], failing('EIO'));
    for (let index = 0; index < 5; index += 1) await expect(write()).rejects.toThrow('EIO');
    repair();
    expect(await open()).toBe(before);
  });

  it('takes the place of an older file, with its mode and its other names', async () => {
    await mkdir(join(dirname(path), 'others'));
    const other = join(dirname(path), 'others', 'b');
    await writeFile(path, 'older', { mode: 0o640 });
    await link(path, other);
    await write();
    expect((await readFile(other)).equals(CONTENT)).toBe(true);
    const { mode, nlink } = await lstat(path);
    expect([mode & 0o777, nlink]).toEqual([0o640, 2]);
  });
});

it.runIf(process.platform === 'linux')('is not synced where files are in memory', async () => {
  const syncs = vi.fn<() => void>();
  await replaceMethods(['sync'], syncs);
  replaceFunctions(['statfs'], () => ({ type: 0x01021994 }));
  await write();
  expect(syncs).not.toHaveBeenCalled();
  expect(await names()).toEqual(['a']);
});
