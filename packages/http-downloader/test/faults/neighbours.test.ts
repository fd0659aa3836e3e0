import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { processes } from '../../src/file/process-identity.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { makeSocket, serve, serveObject } from '../kit.ts';
import { replaceFunctions } from './faulty-disk.ts';
import { answer, BYTES, expectFile, expectRefusal, from, linkTo, PART, PARTS, target } from './outcome.ts';

const one = { connections: 1 };
const good = async (): Promise<string> => (await serveObject(BYTES)).url;
/** Leaves the pair of a download that got some parts. */
async function interrupted(path: string, source = linkTo): Promise<void> {
  const { url } = await serveObject(BYTES, from(4, answer(404)));
  await expectRefusal(source(url), { status: 404 }, { ...one, path });
}

async function edit(path: string, change: (checkpoint: Record<string, unknown>) => void): Promise<void> {
  const checkpoint = JSON.parse(await readFile(path, 'utf8')) as Record<string, unknown>;
  change(checkpoint);
  await writeFile(path, JSON.stringify(checkpoint));
}

const PLANTS: readonly (readonly [string, (path: string, victim: string) => Promise<void>])[] = [
  ['a symbolic link', (path, victim) => symlink(victim, path)],
  ['a socket', (path) => makeSocket(path)],
  // A lock with another name is still a lock.
  ['a second name', (path, victim) => link(victim, path)],
];

describe.runIf(process.platform !== 'win32')('a download beside which others write', () => {
  it.each(
    ['', '.json', '.json.new', '.lock'].flatMap((ending) =>
      PLANTS.filter(([what]) => what !== 'a second name' || ending !== '.lock').map(
        ([what, plant]) => [`.ossgrant-part${ending}`, what, plant] as const,
      ),
    ),
  )('finds at %s %s that was planted, and harms no file [fault 61]', async (ending, _, plant) => {
    const path = await target();
    const victim = join(path, '../victim');
    await writeFile(victim, 'precious');
    await plant(path + ending, victim);
    // Slow enough for a checkpoint to be written.
    let now = 0;
    const clock = { now: Date.now, monotonic: () => (now += 500) };
    await expectRefusal(
      (await serveObject(BYTES, from(4, answer(404)))).url,
      { status: 404 },
      { ...one, path, clock, isAlone: false },
    );
    await expectFile(await good(), { path, isAlone: false });
    expect(await readFile(victim, 'utf8')).toBe('precious');
    expect((await readdir(join(path, '..'))).sort()).toEqual(['a.bin', 'victim']);
  });

  it('does not finish by a name that another file has taken [fault 62]', async () => {
    const path = await target();
    const part = `${path}.ossgrant-part`;
    const { url } = await serveObject(BYTES, (_, __, count) => {
      if (count !== 3) return;
      renameSync(part, `${part}.aside`);
      writeFileSync(part, Buffer.alloc(BYTES.length));
    });
    await expectRefusal(url, { code: 'FILE_SYSTEM' }, { ...one, path, isAlone: false });
    await rm(`${part}.aside`);
    // Planted files are not taken for received ones.
    await expectFile(await good(), { path });
  });

  it('leaves the lock of a process that it cannot see alone, and says which it is [fault 63]', async () => {
    const path = await target();
    const lock = `${path}.ossgrant-part.lock`;
    const other = { ...(await processes.own()), pid: 2 ** 22 + 1, namespace: 'pid:[1]' };
    await writeFile(lock, JSON.stringify(other));
    const error = await expectRefusal(await good(), { code: 'TARGET_BUSY', retryable: true }, { path, isAlone: false });
    expect(error.message).toContain(lock);
    expect(error.message).toMatch(/lapses in \d+ s/);
    await rm(lock);
    await expectFile(await good(), { path });
  });

  it('keeps what a process out of sight left when that cannot be copied, and leaves no copy [fault 63]', async () => {
    const path = await target();
    const [part, lock] = [`${path}.ossgrant-part`, `${path}.ossgrant-part.lock`];
    await interrupted(path);
    await writeFile(lock, JSON.stringify({ ...(await processes.own()), namespace: 'pid:[1]' }));
    const silentSince = Date.now() / 1000 - 190;
    await utimes(lock, silentSince, silentSince);
    const restore = replaceFunctions(['rename'], (original, args) => {
      if (args[1] === part) throw Object.assign(new Error('injected'), { code: 'EIO' });
      return original(...args);
    });
    await expectRefusal(await good(), { code: 'FILE_SYSTEM' }, { path, isAlone: false });
    restore();
    expect((await readdir(join(path, '..'))).sort()).toEqual(['a.bin', basename(part), `${basename(part)}.json`]);
    expect((await expectFile(linkTo(await good()), { path })).resumedFrom).toBeGreaterThan(0);
  });

  it('does not touch the target when another has taken its lock over [fault 63]', async () => {
    const path = await target();
    const lock = `${path}.ossgrant-part.lock`;
    const { url } = await serveObject(BYTES, (_, __, count) => {
      if (count !== PARTS) return;
      rmSync(lock);
      writeFileSync(lock, 'of another');
    });
    await expectRefusal(url, { code: 'TARGET_BUSY' }, { ...one, path, isAlone: false });
    expect(await readFile(lock, 'utf8')).toBe('of another');
    // Nor what is beside it: it is the other's now.
    expect(await readdir(join(path, '..'))).toContain('a.bin.ossgrant-part');
  });

  it.each<[string, (checkpoint: Record<string, unknown>, bytes: Buffer) => void]>([
    [
      'has no checksum of the object and agrees with planted bytes',
      (checkpoint, bytes) => {
        delete checkpoint['crc64'];
        checkpoint['segments'] = [[0, bytes.length, String(crc64(bytes))]];
      },
    ],
    ['claims the largest number there is', (checkpoint) => (checkpoint['size'] = Number.MAX_SAFE_INTEGER)],
    ['claims a size that no file can have', (checkpoint) => (checkpoint['size'] = 2 ** 46)],
    ['claims a checksum of too many bits', (checkpoint) => (checkpoint['crc64'] = '99999999999999999999')],
    ['is too long', (checkpoint) => (checkpoint['filler'] = 'x'.repeat(5 << 20))],
  ])('believes no checkpoint that %s [fault 64]', async (_, damage) => {
    const path = await target();
    await interrupted(path);
    const planted = Buffer.alloc(PART, 'planted');
    await writeFile(`${path}.ossgrant-part`, planted);
    await edit(`${path}.ossgrant-part.json`, (checkpoint) => damage(checkpoint, planted));
    expect(await expectFile(await good(), { path, partSize: 20_000 })).toMatchObject({ verified: 'crc64' });
  });

  it.each([
    ['in parts', PART],
    ['whole', 1 << 20],
  ])('keeps mode and names of the file that it replaces, %s [fault 66]', async (_, partSize) => {
    const path = await target();
    await chmod(path, 0o600);
    const folder = join(path, '../links');
    await mkdir(folder);
    await link(path, join(folder, 'other'));
    await expectFile(await good(), { path, partSize, isAlone: false });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await readFile(join(folder, 'other'))).equals(BYTES)).toBe(true);
  });
});

describe('a received file', () => {
  const at =
    (path: string): ((url: string) => ReturnType<typeof fromUrl>) =>
    (url) =>
      fromUrl(url.replace('/my-bucket/a.bin', path));

  it('is resumed by a fresh link of another host or with other parameters [fault 68]', async () => {
    const path = await target();
    await interrupted(path, at('/my-bucket/a.bin'));
    const { url, requests } = await serveObject(BYTES);
    const result = await expectFile(at('/a.bin?response-content-type=text%2Fplain&x-oss-traffic-limit=819200')(url), {
      path,
    });
    expect(result.resumedFrom).toBeGreaterThan(0);
    expect(requests[0]).toEqual({ range: expect.stringMatching(/^bytes=[1-9]/), ifMatch: undefined });
  });

  it('is kept when the fresh link is refused [fault 68]', async () => {
    const path = await target();
    await interrupted(path);
    const { url } = await serveObject(BYTES, answer(404));
    await expectRefusal(fromUrl(url), { status: 404 }, { path });
    expect((await expectFile(await good(), { path })).resumedFrom).toBeGreaterThan(0);
  });

  it('is not mixed with another object that a link to the same file leads to [fault 68]', async () => {
    const path = await target();
    await interrupted(path);
    const content = Buffer.from(BYTES).fill('another', 0, 10);
    const { url } = await serveObject(content);
    expect(await expectFile(fromUrl(url), { path, content })).toMatchObject({ verified: 'crc64', resumedFrom: 0 });
    const small = Buffer.from('small');
    const other = await target();
    await interrupted(other);
    await expectFile(fromUrl((await serveObject(small)).url), { path: other, content: small });
  });

  it('is fetched again after a break where two versions could not be distinguished [fault 69]', async () => {
    let count = 0;
    const url = await serve((_, response) => {
      count += 1;
      response.writeHead(200, { 'content-length': String(BYTES.length) });
      if (count < 3) response.write(BYTES.subarray(0, 50_000), () => response.destroy());
      else response.end(BYTES);
    });
    expect(await expectFile(url)).toMatchObject({ verified: 'none', attempts: 3 });
  });

  it('is given up after so many breaks where each had to start again [fault 69]', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'content-length': String(BYTES.length) });
      response.write(BYTES.subarray(0, 50_000), () => response.destroy());
    });
    await expectRefusal(url, { code: 'NETWORK' });
  });
});
