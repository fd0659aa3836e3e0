import { link, lstat, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { promptly } from '../../src/file/disk.ts';
import { resolveTarget } from '../../src/file/target.ts';
import { writeSmall, type SmallFile } from '../../src/file/write-small.ts';
import { failing, replaceFunctions, replaceMethods, shortWrites } from '../faults/faulty-disk.ts';
import { temporaryFolder } from '../kit.ts';

vi.mock(import('../../src/file/disk.ts'), { spy: true });

const CONTENT = Buffer.from('some bytes '.repeat(1000));
const small = (changes: Partial<SmallFile> = {}): SmallFile => ({
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

/** As on a disk whose calls are slow. */
function leaveToOtherThreads(): void {
  vi.mocked(promptly).mockImplementation(async (_now, later) => later());
  onTestFinished(() => void vi.mocked(promptly).mockReset());
}

describe.each([
  ['on this thread', () => {}],
  ['by other threads', leaveToOtherThreads],
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

  it.runIf(process.platform === 'linux')('keeps no file open, whatever happens', async () => {
    const open = async (): Promise<number> => (await readdir('/proc/self/fd')).length;
    const before = await open();
    await write();
    await rm(path);
    const mend = replaceFunctions(['rename'], failing('EROFS'));
    for (let index = 0; index < 5; index += 1) await expect(write()).rejects.toThrow('EROFS');
    mend();
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
