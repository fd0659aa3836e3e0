import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openExportFile } from '../src/export-file.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'grant-export-'));
  file = path.join(folder, 'audit.ndjson');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const cursor = (name: string): string => `{"cursor":"${name}","at":"2027-01-01T00:00:00.000Z"}\n`;
const event = (text: string): string => `{"shard":1,"seq":2,"body":${JSON.stringify(text)}}\n`;

async function continued(text: string): Promise<string> {
  const opened = await openExportFile(file);
  await opened.append(text);
  await opened.close();
  return `${opened.cursor ?? 'none'}: ${await readFile(file, 'utf8')}`;
}

test('a new export has no cursor, and its owner alone can read it', async () => {
  expect(await continued(event('a'))).toBe(`none: ${event('a')}`);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

test.each([
  ['nothing', ''],
  ['whole events', event('b') + event('c')],
  ['half an event', event('b').slice(0, 20)],
  ['half a cursor', cursor('v1.9').slice(0, 20)],
  ['a cursor without its end of line', cursor('v1.9').trimEnd()],
  ['an event that quotes a cursor', event(cursor('v1.666'))],
  ['more than is read in one piece', event('x'.repeat(200_000))],
])('one that was cut after %s resumes at its last whole cursor, and what came after it is cut off', async (_, rest) => {
  const whole = event('a') + cursor('v1.1') + event('b') + cursor('v1.2');
  await writeFile(file, whole + rest);
  expect(await continued(event('z'))).toBe(`v1.2: ${whole}${event('z')}`);
});

test('another file is left as it is', async () => {
  await writeFile(file, 'my letters');
  await expect(openExportFile(file)).rejects.toThrow(/no cursor/);
  expect(await readFile(file, 'utf8')).toBe('my letters');
});
