import { open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createConnectionCount } from '../src/file/connection-count.ts';
import { onDisk } from '../src/file/disk.ts';
import { partSizeFor } from '../src/file/job.ts';
import { takeLock } from '../src/file/lock.ts';
import { writeAt } from '../src/file/receive.ts';
import { missingRanges, sortSegments } from '../src/file/segments.ts';
import { assertRoom, resolveTarget } from '../src/file/target.ts';
import { temporaryFolder } from './temporary-folder.ts';

describe('the disk', () => {
  it.runIf(process.platform === 'linux')('that is full is told apart', async () => {
    const full = await open('/dev/full', 'w');
    await expect(onDisk(writeAt(full, Buffer.from('x'), 0))).rejects.toMatchObject({
      code: 'DISK_FULL',
      retryable: false,
    });
    await full.close();
  });

  it('that has no room is found before anything is written', async () => {
    const target = await resolveTarget(join(await temporaryFolder(), 'a'));
    await expect(assertRoom(target, 2 ** 60)).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(assertRoom(target, 1)).resolves.toBeUndefined();
  });

  it.each(['EIO', 'EACCES', 'EROFS', 'EBUSY', 'EXDEV'])('that answers %s is a typed failure', async (code) => {
    const failure = onDisk(Promise.reject(Object.assign(new Error('x'), { code, path: 'a.bin' })));
    await expect(failure).rejects.toMatchObject({
      code: 'FILE_SYSTEM',
      message: `the file could not be written: ${code} a.bin`,
    });
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

describe('the plan', () => {
  it('has parts of 8 MiB and more for very large objects', () => {
    expect(partSizeFor(1)).toBe(8 << 20);
    expect(partSizeFor(10 * 2 ** 40) % (1 << 20)).toBe(0);
    expect((10 * 2 ** 40) / partSizeFor(10 * 2 ** 40)).toBeLessThanOrEqual(4000);
  });

  it('fetches exactly what is missing', () => {
    const segments = sortSegments([
      { start: 30, end: 40, crc64: 0n },
      { start: 10, end: 20, crc64: 0n },
      { start: 15, end: 25, crc64: 0n },
    ]);
    expect(missingRanges(segments, 50, 7)).toEqual([
      { start: 0, end: 7 },
      { start: 7, end: 10 },
      { start: 20, end: 27 },
      { start: 27, end: 30 },
      { start: 40, end: 47 },
      { start: 47, end: 50 },
    ]);
    expect(missingRanges([], 0, 7)).toEqual([]);
  });

  it('starts with one connection, has several where it is slow, and doubles them as long as that brings more', () => {
    const slow = 1000;
    expect(countsAt((count) => slow * count)).toEqual([1, 4, 8, 16, 16, 16]);
    expect(countsAt((count) => slow * Math.min(count, 8))).toEqual([1, 4, 8, 16, 8, 8]);
    expect(countsAt(() => slow)).toEqual([1, 4, 8, 4, 4, 4]);
    expect(countsAt(() => 0)).toEqual([1, 4, 4, 4, 4, 4]);
    expect(countsAt(() => slow, { max: 3 })).toEqual([1, 3, 3, 3, 3, 3]);
    expect(countsAt(() => slow, { max: 1 })).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('lets a fast connection alone, but for a trial that a long download makes up for', () => {
    const fast = 500_000;
    const alone = Array.from({ length: 21 }, () => 1);
    const windows = 26;
    expect(countsAt(() => fast, { windows })).toEqual([...alone, 4, 1, 1, 1, 1, 1]);
    expect(countsAt((count) => (fast / 4) * count, { windows })).toEqual([...alone, 4, 1, 4, 8, 16, 16]);
    expect(countsAt((count) => (count === 1 ? fast / 2 : fast), { windows })).toEqual([...alone, 4, 1, 4, 8, 4, 4]);
  });

  it('does not leave a connection alone that was fast only at first', () => {
    let bytes = 50_000_000;
    const drying = (count: number): number => ((bytes -= 15_000_000) > 0 ? 150_000 : 1000 * count);
    expect(countsAt(drying, { windows: 6 })).toEqual([1, 1, 1, 1, 4, 8, 16]);
  });

  it('has fewer connections when the server refuses some, and tries more again later, one at a time', () => {
    let now = 0;
    const count = createConnectionCount({ monotonic: () => now, max: 8 });
    for (const expected of [4, 8]) {
      now += 100;
      expect(count.received(1000 * now)).toBe(expected);
    }
    for (let running = 8; running > 5; running -= 1) count.refused(running);
    const counts = [count.received(1000)];
    for (let window = 0; window < 6; window += 1) {
      now += 5000;
      counts.push(count.received(1000));
    }
    expect(counts).toEqual([5, 5, 6, 6, 7, 7, 8]);
    count.refused(1);
    expect(count.received(1000)).toBe(1);
  });
});

/** @param speed in bytes a millisecond, of so many connections */
function countsAt(speed: (count: number) => number, { max = 16, windows = 5 } = {}): number[] {
  let now = 0;
  const count = createConnectionCount({ monotonic: () => now, max });
  const found = [count.received(0)];
  for (let window = 0; window < windows; window += 1) {
    now += 100;
    found.push(count.received(100 * speed(found.at(-1) ?? 0)));
  }
  return found;
}
