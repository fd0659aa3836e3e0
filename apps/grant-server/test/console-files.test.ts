import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { consolePolicy, readConsole, type ServeConsole } from '../src/console-files.ts';

let folder: string;
let serve: ServeConsole | undefined;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'console-'));
  await mkdir(path.join(folder, 'assets'));
  await writeFile(path.join(folder, 'index.html'), '<!doctype html>');
  await writeFile(path.join(folder, 'assets/index-abc.js'), 'export {};');
  await writeFile(path.join(folder, 'secret.env'), 'x');
  serve = await readConsole(folder, '/oss', ['https://b.example.com']);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function get(pathname: string, init: RequestInit = {}): Response | undefined {
  return serve?.(new Request(`https://files.example.com${pathname}`, init));
}

test('serves the page and its assets below the public path, under the policy', async () => {
  const page = get('/oss/console/');
  expect([page?.status, await page?.text()]).toEqual([200, '<!doctype html>']);
  expect(page?.headers.get('content-security-policy')).toBe(consolePolicy(['https://b.example.com']));
  expect(page?.headers.get('cache-control')).toBe('no-cache');
  expect(get('/oss/console/assets/index-abc.js')?.headers.get('cache-control')).toContain('immutable');
  expect(get('/oss/console')?.headers.get('location')).toBe('/oss/console/');
  expect(get('/oss/console/', { headers: { 'accept-encoding': 'gzip' } })?.headers.get('content-encoding')).toBe(
    'gzip',
  );
});

test('serves nothing else', () => {
  expect(get('/console/')).toBeUndefined();
  expect(get('/oss/consoles')).toBeUndefined();
  const missing = get('/oss/console/secret.env');
  expect([missing?.status, missing?.headers.get('content-security-policy')]).toEqual([
    404,
    consolePolicy(['https://b.example.com']),
  ]);
  expect(get('/oss/console/assets/..%2f..%2fpackage.json')?.status).toBe(404);
  expect(get('/oss/console/', { method: 'POST' })?.status).toBe(405);
});

test('is absent where it was not built', async () => {
  expect(await readConsole(path.join(folder, 'nothing'), '', [])).toBeUndefined();
});
