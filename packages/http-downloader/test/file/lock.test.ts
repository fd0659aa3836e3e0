import { mkdir, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DownloadError } from '../../src/download-error.ts';
import { takeLock } from '../../src/file/lock.ts';
import { processes, type Processes, type ProcessIdentity } from '../../src/file/process-identity.ts';
import { makeSocket, temporaryFolder } from '../kit.ts';

const busy = { code: 'TARGET_BUSY' };
const path = async (): Promise<string> => join(await temporaryFolder(), 'a.lock');

async function leave(file: string, holder: Partial<ProcessIdentity>, ageMs = 0): Promise<void> {
  await writeFile(file, JSON.stringify({ ...(await processes.own()), ...holder }));
  const at = new Date(Date.now() - ageMs);
  await utimes(file, at, at);
}

/** Sees every other process in this state. */
const seeing = (state: 'alive' | 'gone' | 'unknown'): Processes => ({
  own: () => processes.own(),
  stateOf: async () => state,
});

describe('the lock', () => {
  afterEach(() => void vi.useRealTimers());

  it('is held by one at a time', async () => {
    const file = await path();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(busy);
  });

  it('is free again when it is released', async () => {
    const file = await path();
    await (await takeLock(file)).release();
    await (await takeLock(file)).release();
    expect(await readdir(join(file, '..'))).toEqual([]);
  });

  it('of a process that is gone is taken over, by one only', async () => {
    const file = await path();
    await leave(file, { pid: 2 ** 22 + 1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(join(file, '..'))).toEqual(['a.lock']);
  });

  it.runIf(process.platform === 'linux')('of an earlier process with the same number is taken over', async () => {
    const file = await path();
    await leave(file, { born: '1' });
    expect(await takeLock(file)).toMatchObject({ isDoubtful: false });
  });

  it.each([{ host: 'elsewhere.invalid' }, { boot: 'another' }, { namespace: 'pid:[1]' }])(
    'of a process that cannot be seen (%j) is left alone while it is renewed, then taken over in doubt',
    async (holder) => {
      const file = await path();
      // Where such a number is in use here, that says nothing.
      await leave(file, { pid: 2 ** 22 + 1, ...holder }, 170_000);
      await expect(takeLock(file)).rejects.toMatchObject(busy);
      await leave(file, holder, 190_000);
      expect(await takeLock(file)).toMatchObject({ isDoubtful: true });
    },
  );

  it('of a living process is never taken over, however old it is', async () => {
    const file = await path();
    await leave(file, {}, 1e9);
    await expect(takeLock(file, { processes: seeing('alive') })).rejects.toMatchObject(busy);
  });

  it('that is half written is left alone while it is fresh', async () => {
    const file = await path();
    await writeFile(file, '{');
    await expect(takeLock(file)).rejects.toMatchObject(busy);
    await utimes(file, 0, 0);
    await expect(takeLock(file)).resolves.toBeDefined();
  });

  it('names itself, its holder and when it lapses, when it is refused', async () => {
    const file = await path();
    await leave(file, { pid: 77, host: 'elsewhere.invalid' }, 60_000);
    const refusal = await takeLock(file).catch((error: unknown) => error);
    expect(String(refusal)).toMatch(/process 77 on "elsewhere.invalid" .*a\.lock.* lapses in 1(19|20|21) s$/);
  });

  it('that was lost to another is not released', async () => {
    const file = await path();
    const lock = await takeLock(file);
    await rm(file);
    await writeFile(file, 'another');
    expect(await lock.isHeld()).toBe(false);
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe('another');
  });

  it('is renewed for those who cannot see its process, and its loss is noticed', async () => {
    const file = await path();
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const lostTo = vi.fn<(error: DownloadError) => void>();
    const lock = await takeLock(file, { onLost: lostTo });
    await utimes(file, 0, 0);
    vi.advanceTimersByTime(30_000);
    await vi.waitFor(async () => expect((await stat(file)).mtimeMs).toBeGreaterThan(Date.now() - 60_000));
    expect(lostTo).not.toHaveBeenCalled();
    await rm(file);
    vi.advanceTimersByTime(30_000);
    await vi.waitFor(() => expect(lostTo).toHaveBeenCalledWith(expect.objectContaining(busy)));
    await lock.release();
  });

  it.runIf(process.platform !== 'win32')('is not looked for through a socket or a link that has its name', async () => {
    const file = await path();
    await makeSocket(file);
    await (await takeLock(file)).release();
    const victim = join(file, '../victim');
    await writeFile(victim, 'precious');
    await symlink(victim, file);
    await (await takeLock(file)).release();
    expect(await readFile(victim, 'utf8')).toBe('precious');
    await mkdir(file);
    await expect(takeLock(file)).rejects.toMatchObject({ code: 'FILE_SYSTEM' });
  });
});
