import type { BigIntStats } from 'node:fs';
import { chmod, link, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { openFile, type OpenFile } from '../../src/file/disk.ts';
import { isInMemory, putInPlace, shareSyncs, type CompleteFile } from '../../src/file/put-in-place.ts';
import { modeFor, resolveTarget } from '../../src/file/target.ts';
import { failing, replaceFunctions, replaceMethods } from '../faults/faulty-disk.ts';
import { temporaryFolder } from '../kit.ts';

describe('making names durable', () => {
  it('waits for a sync that starts afterwards, and shares it', async () => {
    const under: (() => void)[] = [];
    const sync = shareSyncs(() => new Promise<void>((resolve) => void under.push(resolve)));
    const done: string[] = [];
    const ask = (name: string, path = 'a'): void => void sync(path).then(() => done.push(name));
    ask('first');
    ask('second');
    ask('third');
    ask('elsewhere', 'b');
    expect(under).toHaveLength(2);
    under[0]?.();
    await turn();
    expect(done).toEqual(['first']);
    expect(under).toHaveLength(3);
    ask('fourth');
    under[2]?.();
    await turn();
    expect(done).toEqual(['first', 'second', 'third']);
    expect(under).toHaveLength(4);
    under[3]?.();
    await turn();
    ask('later');
    expect(under).toHaveLength(5);
  });
});

describe.runIf(process.platform === 'linux')('a folder', () => {
  it.each([
    ['tmpfs', 0x01021994, true],
    ['ramfs', 0x858458f6, true],
    ['ext4', 0xef53, false],
    ['NFS', 0x6969, false],
    ['overlay', 0x794c7630, false],
  ])('of %s is in memory, or not', async (_name, type, inMemory) => {
    replaceFunctions(['statfs'], () => ({ type }));
    expect(await isInMemory(await temporaryFolder())).toBe(inMemory);
  });

  it('is taken to be on a disk where the system does not say', async () => {
    replaceFunctions(['statfs'], failing('ENOSYS'));
    expect(await isInMemory(await temporaryFolder())).toBe(false);
  });
});

describe('a file that takes another’s place', () => {
  it.runIf(process.platform !== 'win32').each([0o600, 0o640, 0o755])(
    'keeps the mode %o of the older file',
    async (mode) => {
      const { complete, path } = await files({ mode });
      await putInPlace(complete);
      expect((await stat(path)).mode & 0o777).toBe(mode);
      expect(await readFile(path, 'utf8')).toBe('newer');
    },
  );

  it.runIf(process.platform !== 'win32')(
    'is never readable by more people than the older one, not even meanwhile',
    () => {
      const existing = { mode: 0o100600n } as BigIntStats;
      expect(modeFor({ path: '', part: '', checkpoint: '', lock: '', existing })).toBe(0o600);
      expect(modeFor({ path: '', part: '', checkpoint: '', lock: '' })).toBe(0o666);
    },
  );

  it('keeps the owner where that is allowed, and gives nothing to another group where it is not', async () => {
    const { complete } = await files({ mode: 0o640 });
    const older = { ...complete.target.existing, uid: 1234n, gid: 5678n } as BigIntStats;
    const target = { ...complete.target, existing: older };
    const given: number[][] = [];
    const modes: number[] = [];
    const file: OpenFile = {
      ...complete.file,
      stat: (options) => complete.file.stat(options),
      chown: async (...ids) => void given.push(ids),
      chmod: async (mode) => void modes.push(mode),
    };
    await putInPlace({ ...complete, file, target });
    expect(given).toEqual([[1234, 5678]]);
    expect(modes).toEqual([0o640]);

    const again = await files({ mode: 0o640 });
    const forbidden = { ...again.complete.target, existing: older };
    const refusing: OpenFile = {
      ...again.complete.file,
      chown: async () => Promise.reject(new Error('EPERM')),
      chmod: async (mode) => void modes.push(mode),
    };
    await putInPlace({ ...again.complete, file: refusing, target: forbidden });
    expect(modes).toEqual([0o640, 0o600]);
  });

  it('keeps all names of the older file', async () => {
    const { complete, path, other } = await files({ hasOtherName: true });
    await putInPlace(complete);
    expect(await readFile(other, 'utf8')).toBe('newer');
    expect((await stat(path)).nlink).toBe(2);
    expect(await readdir(join(path, '..'))).toEqual(['a', 'other']);
  });

  it('that cannot be written over all the way stays where it is, and the error says where', async () => {
    const { complete, from } = await files({ hasOtherName: true });
    const onOverwrite = vi.fn<() => void>();
    await replaceMethods(['write'], failing('EIO'));
    const failure = putInPlace({ ...complete, onOverwrite });
    await expect(failure).rejects.toMatchObject({
      code: 'FILE_SYSTEM',
      message: expect.stringContaining(`${from} is complete`),
    });
    expect(onOverwrite).toHaveBeenCalledOnce();
    expect(await readFile(from, 'utf8')).toBe('newer');
  });

  it('is the one that was written: another under its name is refused', async () => {
    const { complete, from, path } = await files();
    await rename(from, `${from}.aside`);
    await writeFile(from, 'planted');
    await expect(putInPlace(complete)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await readFile(path, 'utf8')).toBe('older');
  });

  it('stays when the lock was lost', async () => {
    const { complete, path } = await files();
    const assertHeld = async (): Promise<never> => Promise.reject(new Error('lost'));
    await expect(putInPlace({ ...complete, assertHeld })).rejects.toThrow('lost');
    expect(await readFile(path, 'utf8')).toBe('older');
  });
});

async function files({ mode = 0o644, hasOtherName = false } = {}) {
  const folder = await temporaryFolder();
  const [path, from, other] = [join(folder, 'a'), join(folder, 'a.new'), join(folder, 'other')];
  await writeFile(path, 'older');
  await chmod(path, mode);
  if (hasOtherName) await link(path, other);
  const target = await resolveTarget(path);
  const file = await openFile(from, 'wx+');
  onTestFinished(() => file.close());
  await file.write(Buffer.from('newer'), 0, 5, 0);
  const complete: CompleteFile = { file, from, target, signal: new AbortController().signal };
  return { complete, path, from, other };
}
