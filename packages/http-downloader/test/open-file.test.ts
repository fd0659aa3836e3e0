import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openFile } from '../src/file/disk.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('an open file', () => {
  it('is written, read and cut at its places, in small pieces and in large ones', async () => {
    const path = join(await temporaryFolder(), 'a');
    const file = await openFile(path, 'wx+');
    const large = Buffer.alloc(300_000, 'large');
    await file.write(Buffer.from('small'), 1, 3, 300_000);
    await file.write(large, 0, large.length, 0);
    const block = Buffer.alloc(5);
    expect(await file.read(block, 1, 4, 299_999)).toEqual({ bytesRead: 4 });
    expect(block.toString()).toBe('\0emal');
    await file.truncate(300_001);
    await file.sync();
    await file.close();
    expect((await readFile(path, 'latin1')).slice(-4)).toBe('rgem');
  });

  it('is closed once: its number may be another file’s by then', async () => {
    const folder = await temporaryFolder();
    const first = await openFile(join(folder, 'a'), 'wx+');
    await first.close();
    const second = await openFile(join(folder, 'b'), 'wx+');
    await first.close();
    await second.write(Buffer.from('b'), 0, 1, 0);
    await second.close();
    expect(await readFile(join(folder, 'b'), 'utf8')).toBe('b');
  });

  it('that is there already is not taken for a new one', async () => {
    const path = join(await temporaryFolder(), 'a');
    await writeFile(path, 'older');
    await expect(openFile(path, 'wx+')).rejects.toMatchObject({ code: 'EEXIST' });
    expect(await readFile(path, 'utf8')).toBe('older');
  });
});
