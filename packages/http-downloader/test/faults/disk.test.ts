import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, readFile, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { processes } from '../../src/file/process-identity.ts';
import { serveObject, temporaryFolder } from '../kit.ts';
import { failing, replaceFunctions, replaceMethods, shortWrites, WRITES, type Instead } from './faulty-disk.ts';
import { answer, BYTES, from, linkTo, PART, expectRefusal, expectFile, target } from './outcome.ts';

const one = { connections: 1 };
const good = async (): Promise<string> => (await serveObject(BYTES)).url;

/** Leaves the pair of a download that got some parts. */
async function interrupted(path: string): Promise<void> {
  await expectRefusal((await serveObject(BYTES, from(4, answer(404)))).url, { status: 404 }, { ...one, path });
  expect(await readdir(join(path, '..'))).toHaveLength(3);
}

/** Both ways to a file: by parts and by one request. */
const BOTH = [
  ['in parts', PART],
  ['whole', 1 << 20],
] as const;

describe('a download to a disk that fails', () => {
  it('that is full when the file is opened, written or flushed is recognised, and the next run resumes [fault 41]', async () => {
    const path = await target();
    const failure = { code: 'DISK_FULL', retryable: false } as const;
    let makeRoom = replaceFunctions(['open'], failing('ENOSPC'));
    await expectRefusal(await good(), failure, { path });
    makeRoom();
    makeRoom = await replaceMethods(['writeFile'], failing('ENOSPC'));
    await expectRefusal(await good(), failure, { path });
    makeRoom();
    makeRoom = await replaceMethods(WRITES, failing('ENOSPC', 3));
    await expectRefusal(await good(), failure, { ...one, path });
    makeRoom();
    expect(await readdir(join(path, '..'))).toHaveLength(3);
    makeRoom = await replaceMethods(['sync'], failing('ENOSPC'));
    await expectRefusal(await good(), failure, { path });
    makeRoom();
    const result = await expectFile(await good(), { path });
    expect(result.resumedFrom).toBe(BYTES.length);
  });

  it.each(BOTH)('that fails to read or write ends with that reason, %s [fault 42]', async (_, partSize) => {
    const mend = await replaceMethods(WRITES, failing('EIO'));
    await expectRefusal(await good(), { code: 'FILE_SYSTEM', retryable: false }, { partSize });
    mend();
    await replaceMethods(['sync'], failing('EIO'));
    await expectRefusal(await good(), { code: 'FILE_SYSTEM' }, { partSize });
  });

  it.each(BOTH)(
    'that may not be written to is reported before anything is written, %s [fault 43]',
    async (_, partSize) => {
      for (const code of ['EACCES', 'EROFS']) {
        const path = await target();
        const mend = replaceFunctions(['open'], failing(code));
        const error = await expectRefusal(await good(), { code: 'FILE_SYSTEM' }, { partSize, path });
        mend();
        expect(error.message).toContain(code);
        expect(await readdir(join(path, '..'))).toEqual(['a.bin']);
      }
    },
  );

  it.each(BOTH)('that takes a few bytes at a time gets all of them, %s [fault 44]', async (_, partSize) => {
    await replaceMethods(WRITES, shortWrites(777));
    expect(await expectFile(await good(), { partSize })).toMatchObject({ verified: 'crc64' });
  });

  it('reports a folder or pipe in place of the target; replaces the file of a symbolic link [fault 45]', async () => {
    const folder = await temporaryFolder();
    await mkdir(join(folder, 'a.bin', 'inside'), { recursive: true });
    const path = join(folder, 'a.bin');
    await expect(expectFile(await good(), { path })).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect(await readdir(folder)).toEqual(['a.bin']);
    const pipe = join(await temporaryFolder(), 'a.bin');
    const listener = createServer().listen(pipe);
    onTestFinished(() => void listener.close());
    await once(listener, 'listening');
    await expect(expectFile(await good(), { path: pipe })).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
    expect((await stat(pipe)).isSocket()).toBe(true);
    const real = await target();
    const link = join(await temporaryFolder(), 'a.bin');
    await symlink(real, link);
    await expectFile(await good(), { path: link });
    expect((await readFile(real)).equals(BYTES)).toBe(true);
    expect(await readdir(join(real, '..'))).toEqual(['a.bin']);
  });

  it.each(['EXDEV', 'EBUSY'])(
    'that does not let the file take its place (%s) keeps it for the next run [fault 46]',
    async (code) => {
      const path = await target();
      const atTheEnd: Instead = (original, args, count) =>
        args[1] === path ? failing(code)(original, args, count) : original(...args);
      replaceFunctions(['rename'], atTheEnd);
      await expectRefusal(await good(), { code: 'FILE_SYSTEM' }, { path });
      expect(await readdir(join(path, '..'))).toHaveLength(3);
      await expectRefusal(await good(), { code: 'FILE_SYSTEM' }, { partSize: 1 << 20, resume: false, path });
    },
  );

  it.each(BOTH)('never loses the older file, whatever operation fails, %s [fault 47]', async (_, partSize) => {
    let failures = 0;
    for (const operation of ['open', 'rename', 'write', 'sync', 'truncate'] as const) {
      for (let nth = 1; nth <= 3; nth += 1) {
        const path = await target();
        const url = await good();
        const instead: Instead = (original, args, count) =>
          count === nth ? failing('EIO')(original, args, count) : original(...args);
        const mend =
          operation === 'open' || operation === 'rename'
            ? replaceFunctions([operation], instead)
            : await replaceMethods(operation === 'write' ? WRITES : [operation], instead);
        const error: unknown = await downloadToFile(linkTo(url), path, { partSize }).catch((thrown: unknown) => thrown);
        mend();
        // Optional steps may fail.
        if (!(error instanceof Error)) continue;
        failures += 1;
        expect(error).toMatchObject({ code: 'FILE_SYSTEM' });
        expect(await readFile(path, 'utf8')).toBe('older');
      }
    }
    expect(failures).toBeGreaterThanOrEqual(4);
  });

  it.each<[string, (part: string, checkpoint: string) => Promise<void>]>([
    ['is cut', (_, checkpoint) => truncate(checkpoint, 40)],
    ['is not JSON', (_, checkpoint) => writeFile(checkpoint, '\0\0\0')],
    ['is of another version', (_, checkpoint) => edit(checkpoint, 'part/1', 'part/9')],
    ['is of another object', (_, checkpoint) => edit(checkpoint, 'the object', 'another object')],
    ['is gone', (_, checkpoint) => rm(checkpoint)],
    ['claims what was never fetched', (_, checkpoint) => edit(checkpoint, ']]', '],[300000,400003,"123"]]')],
    ['claims more than there is', (_, checkpoint) => edit(checkpoint, '[[0,', '[[0,400003,"1"],[0,')],
  ])('gives the right file although the checkpoint %s [fault 49]', async (_, damage) => {
    const path = await target();
    await interrupted(path);
    await damage(`${path}.ossgrant-part`, `${path}.ossgrant-part.json`);
    await expectFile(await good(), { path });
  });

  it.each<[string, (part: string) => Promise<void>]>([
    ['gone', (part) => rm(part)],
    ['shorter', (part) => truncate(part, PART + 7)],
    ['longer', (part) => truncate(part, BYTES.length + 7)],
    ['altered', async (part) => writeFile(part, (await readFile(part)).fill('altered', 10, 20))],
    ['full of zeros', async (part) => writeFile(part, Buffer.alloc(BYTES.length))],
  ])('gives the right file although the temporary file is %s [fault 50]', async (_, damage) => {
    const path = await target();
    await interrupted(path);
    await damage(`${path}.ossgrant-part`);
    await expectFile(await good(), { path });
  });

  it.runIf(process.platform === 'linux')(
    'lets one process at a time write, and takes over from one that is gone [fault 51]',
    async () => {
      const path = await target();
      const lock = `${path}.ossgrant-part.lock`;
      const other = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
      const ended = new Promise((resolve) => other.on('exit', resolve));
      onTestFinished(() => void other.kill('SIGKILL'));
      const line = await readFile(`/proc/${other.pid}/stat`, 'utf8');
      const born = line.slice(line.lastIndexOf(')') + 2).split(' ')[19];
      await writeFile(lock, JSON.stringify({ ...(await processes.own()), pid: other.pid, born }));
      await expect(expectFile(linkTo(await good()), { path })).rejects.toMatchObject({ code: 'TARGET_BUSY' });
      expect(await readFile(path, 'utf8')).toBe('older');
      other.kill('SIGKILL');
      await ended;
      await expectFile(await good(), { path });
    },
  );

  it('that cannot report its room or give a file its size ahead still gets the bytes [fault 52]', async () => {
    replaceFunctions(['statfs'], failing('ENOSYS'));
    let refused = 0;
    await replaceMethods(['truncate'], (original, args, count) => {
      if (args[0] === 0) return original(...args);
      refused += 1;
      return failing('EOPNOTSUPP')(original, args, count);
    });
    await expectFile(await good());
    expect(refused).toBe(1);
  });
});

async function edit(path: string, before: string, after: string): Promise<void> {
  const text = await readFile(path, 'utf8');
  expect(text).toContain(before);
  await writeFile(path, text.replace(before, after));
}
