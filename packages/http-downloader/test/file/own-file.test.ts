import { constants, type BigIntStats } from 'node:fs';
import { link, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createOwn, openOwn, thisFileSystem, type FileSystem } from '../../src/file/own-file.ts';
import { makeSocket, temporaryFolder } from '../kit.ts';

const { O_RDWR } = constants;

/** As on Windows: links are followed when opening, and files name no owner. */
const windows: FileSystem = { ...thisFileSystem, noFollow: 0, nonBlocking: 0, userId: undefined };
/** Another user runs the download. */
const stranger: FileSystem = { ...thisFileSystem, userId: 4_000_000_000n };

describe.each([
  ['here', thisFileSystem],
  ['as on Windows', windows],
])('a file of this user’s downloads, %s', (_, system) => {
  it('is opened', async () => {
    const path = join(await temporaryFolder(), 'a');
    await writeFile(path, 'mine');
    const file = await openOwn(path, O_RDWR, system);
    expect(await file?.readFile('utf8')).toBe('mine');
    await file?.close();
  });

  it.runIf(process.platform !== 'win32').each<[string, (path: string, victim: string) => Promise<unknown>]>([
    ['a symbolic link', (path, victim) => symlink(victim, path)],
    ['a second name of another file', (path, victim) => link(victim, path)],
    ['a folder', (path) => mkdir(path)],
    ['a socket', (path) => makeSocket(path)],
    ['nothing', async () => {}],
  ])('is not %s', async (__, plant) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'victim'), 'precious');
    await plant(join(folder, 'a'), join(folder, 'victim'));
    expect(await openOwn(join(folder, 'a'), O_RDWR, system)).toBeUndefined();
  });

  it('is not one that took its place between the look and the opening', async () => {
    const folder = await temporaryFolder();
    const [path, victim] = [join(folder, 'a'), join(folder, 'victim')];
    await writeFile(path, 'mine');
    await writeFile(victim, 'precious');
    const swapping: FileSystem = {
      ...system,
      async lstat(at): Promise<BigIntStats | undefined> {
        const seen = await system.lstat(at);
        await rm(path);
        await symlink(victim, path);
        return seen;
      },
    };
    expect(await openOwn(path, O_RDWR, swapping)).toBeUndefined();
  });

  it.runIf(process.platform !== 'win32')(
    'is created in place of what was planted, which is not written to',
    async () => {
      const folder = await temporaryFolder();
      const [path, victim] = [join(folder, 'a'), join(folder, 'victim')];
      await writeFile(victim, 'precious');
      for (const plant of [() => symlink(victim, path), () => link(victim, path), () => makeSocket(path)]) {
        await plant();
        const file = await createOwn(path, 0o600, system);
        await file.writeFile('mine');
        await file.close();
        expect(await readFile(path, 'utf8')).toBe('mine');
        await rm(path);
      }
      expect(await readFile(victim, 'utf8')).toBe('precious');
    },
  );
});

it.runIf(process.platform !== 'win32')('a file of another user is not opened', async () => {
  const path = join(await temporaryFolder(), 'a');
  await writeFile(path, 'planted', { mode: 0o666 });
  expect(await openOwn(path, O_RDWR, stranger)).toBeUndefined();
});
