import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { assertRoom, resolveTarget } from '../../src/file/target.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { makeSocket, temporaryFolder } from '../kit.ts';

describe('the room for a file', () => {
  it('is asked for before anything is written', async () => {
    const target = await resolveTarget(join(await temporaryFolder(), 'a'));
    await expect(assertRoom(target, 2 ** 60)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(assertRoom(target, 1)).resolves.toBeUndefined();
  });
});

describe('a target', () => {
  it.runIf(process.platform !== 'win32')('that is a link stays one, and what it points to is the target', async () => {
    const folder = await realpath(await temporaryFolder());
    await writeFile(join(folder, 'real'), 'older');
    await symlink('real', join(folder, 'a'));
    expect(await resolveTarget(join(folder, 'a'))).toMatchObject({ path: join(folder, 'real') });
  });

  it.each(['a.ossgrant-part', 'a.ossgrant-part.json', 'A.OSSGRANT-PART.lock', '.0123abcd-1-2-0123abcd.ossgrant-part'])(
    'is refused when it has the name of what an unfinished download leaves: %s [fault 80]',
    async (name) => {
      const path = join(await temporaryFolder(), name);
      await writeFile(path, 'the object of another download');
      await expect(downloadToFile(fromUrl('http://127.0.0.1:1/a?x-oss-signature=x'), path)).rejects.toMatchObject({
        code: 'FILE_SYSTEM',
        message: `cannot write ${path}: names with ".ossgrant-part" are kept for unfinished downloads`,
      });
    },
  );

  it.runIf(process.platform !== 'win32').each<[string, RegExp, (path: string) => Promise<unknown>]>([
    ['a link to nothing', /symbolic link to nothing/, (path) => symlink('nowhere', path)],
    ['a folder', /it is a folder/, (path) => mkdir(path)],
    ['a socket', /download to a stream/, (path) => makeSocket(path)],
  ])('that is %s is refused, and the error says which [fault 77]', async (_, reason, make) => {
    const path = join(await temporaryFolder(), 'a');
    await make(path);
    await expect(resolveTarget(path)).rejects.toMatchObject({
      code: 'FILE_SYSTEM',
      message: expect.stringMatching(reason),
    });
    await expect(resolveTarget('/dev/null')).rejects.toThrow(/download to a stream/);
  });

  it('that ends with a slash names a folder, which is refused', async () => {
    await expect(resolveTarget('new/')).rejects.toMatchObject({ code: 'FILE_SYSTEM', message: 'it names a folder' });
  });
});
