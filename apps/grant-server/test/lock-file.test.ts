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

const read = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(file, 'utf8'));

/** What the lock of this process says, changed. */
async function leave(changes: object): Promise<void> {
  const release = await takeLock(file);
  const own = await read();
  await release();
  await writeFile(file, JSON.stringify({ ...own, ...changes }));
}

test('two servers cannot use one folder, and the next may once the first has ended', async () => {
  const release = await takeLock(file);
  expect(await read()).toMatchObject({ pid: process.pid });
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
  await leave({ pid: child.pid });
  const results = await Promise.allSettled(Array.from({ length: 20 }, () => takeLock(file)));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(await read()).toMatchObject({ pid: process.pid });
});

test.runIf(process.platform === 'linux')(
  'a number that another process has got by now is no longer the lock’s',
  async () => {
    // A server that is the first process of its container has the same number after each start.
    await leave({ born: '1' });
    const release = await takeLock(file);
    expect(await read()).not.toMatchObject({ born: '1' });
    await release();
  },
);

test('the lock of a process that cannot be seen from here, as in another container, is not taken over', async () => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  await leave({ pid: child.pid, place: 'elsewhere' });
  await expect(takeLock(file)).rejects.toThrow(FolderInUseError);
});

test.each([[''], ['not a lock'], ['17'], ['{"pid":17}']])('a lock that says "%s" is not taken over', async (text) => {
  await writeFile(file, text);
  await expect(takeLock(file)).rejects.toThrow(/delete .*lock$/);
});

interface Identity {
  readonly pid: number;
  readonly born: string;
  readonly boot: string;
}

/** How downloads judge processes: the rules are the same, and stand there a second time. */
const { processes } = (await import(
  new URL('../../../packages/http-downloader/src/file/process-identity.ts', import.meta.url).href
)) as {
  processes: { own(): Promise<Identity>; stateOf(identity: Identity): Promise<'alive' | 'gone' | 'unknown'> };
};

test.runIf(process.platform === 'linux').for<[string, (ended: number) => { pid?: number; born?: string }, boolean]>([
  ['this process', () => ({}), false],
  ['a process that has ended', (ended) => ({ pid: ended }), false],
  ['an older process of the same number', () => ({ born: '1' }), false],
  ['a process of another boot', (ended) => ({ pid: ended }), true],
  ['a process that runs and was started at a time that is not known', () => ({ born: '' }), false],
])('takes the lock of %s over exactly if downloads would', async ([, change, isElsewhere]) => {
  const child = spawn(process.execPath, ['-e', '']);
  await new Promise((resolve) => child.once('exit', resolve));
  const changes = change(child.pid ?? 0);
  const own = await processes.own();
  await leave({ ...changes, ...(isElsewhere ? { place: 'elsewhere' } : {}) });
  const state = await processes.stateOf({ ...own, ...changes, ...(isElsewhere ? { boot: 'another' } : {}) });
  const taken = await takeLock(file).then(
    (release) => release().then(() => true),
    () => false,
  );
  expect(taken).toBe(state === 'gone');
});

test.runIf(process.platform === 'linux')('dates a process as downloads do', async () => {
  await leave({});
  const { pid, born } = await processes.own();
  expect(await read()).toMatchObject({ pid, born });
});
