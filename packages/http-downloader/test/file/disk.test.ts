import { open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createPromptly, namingTarget, onDisk, openFile, writeAt } from '../../src/file/disk.ts';

import { temporaryFolder } from '../kit.ts';

describe('the disk', () => {
  it.runIf(process.platform === 'linux')('that is full has a code of its own', async () => {
    const full = await open('/dev/full', 'w');
    await expect(onDisk(writeAt(full, Buffer.from('x'), 0))).rejects.toMatchObject({
      code: 'DISK_FULL',
      retryable: false,
    });
    await full.close();
  });

  it.each([
    ['EIO', 'the disk failed to read or write (EIO)'],
    ['EACCES', 'permission denied (EACCES)'],
    ['EROFS', 'the file system is read-only (EROFS)'],
    ['EBUSY', 'EBUSY'],
  ])('that answers %s is a typed failure that names the target, not the file beside it', async (code, reason) => {
    const cause = Object.assign(new Error('x'), { code, path: 'a.bin.ossgrant-part' });
    const failure = await onDisk(Promise.reject(cause)).catch((error: unknown) => namingTarget(error, 'a.bin'));
    expect(failure).toMatchObject({ code: 'FILE_SYSTEM', message: `cannot write a.bin: ${reason}`, cause });
  });

  it('that takes a few bytes at a time gets all of them, in their places', async () => {
    const written: number[] = [];
    const file = {
      async write(buffer: Uint8Array, offset: number, length: number, position: number) {
        const bytes = buffer.subarray(offset, offset + Math.min(length, 3));
        for (const [index, byte] of bytes.entries()) written[position + index] = byte;
        return { bytesWritten: bytes.length, buffer };
      },
    };
    await writeAt(file, Buffer.from('abcdefghij'), 0);
    expect(Buffer.from(written).toString()).toBe('abcdefghij');
  });
});

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

/** A disk whose calls take as long as the test says, and on which thread they were made. */
function timedDisk() {
  let at = 0;
  const promptly = createPromptly(() => at);
  const call = async (ms: number): Promise<string> =>
    promptly(
      () => ((at += ms), 'here'),
      async () => 'elsewhere',
    );
  return { promptly, call, pass: (ms: number) => void (at += ms) };
}

describe('calls of the disk', () => {
  it('are made at once as long as they are short', async () => {
    const { call } = timedDisk();
    for (let index = 0; index < 200; index += 1) expect(await call(0.9)).toBe('here');
  });

  it('are left to other threads for ten seconds when one took very long', async () => {
    const { call, pass } = timedDisk();
    expect(await call(250)).toBe('here');
    expect(await call(0)).toBe('elsewhere');
    pass(9999);
    expect(await call(0)).toBe('elsewhere');
    pass(1);
    expect(await call(0)).toBe('here');
  });

  it('are made at once when a busy machine interrupts one in thirty', async () => {
    const { call } = timedDisk();
    for (let index = 0; index < 1000; index += 1) expect(await call(index % 30 === 0 ? 100 : 0.01)).toBe('here');
  });

  it('are left to other threads when one in five takes long', async () => {
    const { call } = timedDisk();
    const where: string[] = [];
    for (let index = 0; index < 40; index += 1) where.push(await call(index % 5 === 0 ? 30 : 0.01));
    expect(where).toContain('elsewhere');
  });

  it('are left to other threads when they take rather long again and again', async () => {
    const { call } = timedDisk();
    const where: string[] = [];
    for (let index = 0; index < 40; index += 1) where.push(await call(2));
    expect(where.indexOf('elsewhere')).toBe(22);
    expect(where.at(-1)).toBe('elsewhere');
  });

  it('that fail are failures, and count', async () => {
    const { promptly, call, pass } = timedDisk();
    const failing = promptly(
      () => {
        pass(250);
        throw new Error('x');
      },
      async () => {},
    );
    await expect(failing).rejects.toThrow('x');
    expect(await call(0)).toBe('elsewhere');
  });
});
