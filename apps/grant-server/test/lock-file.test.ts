import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FolderInUseError, takeLock } from '../src/lock-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'grant-lock-'));
  file = path.join(folder, 'lock');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('two servers cannot use one folder, and the next may once the first has ended', async () => {
  const release = await takeLock(file);
  expect(await readFile(file, 'utf8')).toBe(String(process.pid));
  await expect(takeLock(file)).rejects.toThrow(FolderInUseError);
  await expect(takeLock(file)).rejects.toThrow(/DATABASE_URL/);
  await release();
  await (
    await takeLock(file)
  )();
});

test('of many that start at once, exactly one gets the folder', async () => {
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(file)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('the lock of a process that is gone is taken over, by one only', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  await writeFile(file, String(child.pid));
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(file)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await readFile(file, 'utf8')).toBe(String(process.pid));
});

test.each([[''], ['not a number']])('a lock that says "%s" is not taken over', async (text) => {
  await writeFile(file, text);
  await expect(takeLock(file)).rejects.toThrow(/delete .*lock$/);
});
