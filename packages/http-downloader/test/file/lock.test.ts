import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { takeLock } from '../../src/file/lock.ts';
import { temporaryFolder } from '../kit.ts';

describe('the lock', () => {
  const path = async (): Promise<string> => join(await temporaryFolder(), 'a.lock');
  const busy = { code: 'TARGET_BUSY' };

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
    await writeFile(file, JSON.stringify({ pid: 2 ** 22 + 1, born: '1', host: hostname() }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(file)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it.runIf(process.platform === 'linux')('of an earlier process with the same number is taken over', async () => {
    const file = await path();
    await writeFile(file, JSON.stringify({ pid: process.pid, born: '1', host: hostname() }));
    await expect(takeLock(file)).resolves.toBeDefined();
  });

  it('of another machine, or half written, is left alone while it is fresh', async () => {
    const file = await path();
    await writeFile(file, JSON.stringify({ pid: 1, born: '1', host: 'elsewhere.invalid' }));
    await expect(takeLock(file)).rejects.toMatchObject(busy);
    await writeFile(file, '{');
    await expect(takeLock(file)).rejects.toMatchObject(busy);
  });

  it('that was lost to another is not released', async () => {
    const file = await path();
    const lock = await takeLock(file);
    await rm(file);
    await writeFile(file, 'another');
    await lock.release();
    expect(await readFile(file, 'utf8')).toBe('another');
  });
});
