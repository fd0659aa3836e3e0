import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, openStand, type Stand } from './kit.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/guides/grant-server-wire-format.md'), 'utf8');
type Json = Record<string, unknown>;
const EXAMPLES = [...PAGE.matchAll(/^ *```json\n(.*?)^ *```$/gms)].map(([, text = '']) => JSON.parse(text) as Json);
const [refusal = {}, redeemed = {}, plain = {}, mobile = {}, uri = {}, made = {}, refused = {}] = EXAMPLES;

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

const kinds = (value: Json): Json => Object.fromEntries(Object.entries(value).map(([name, one]) => [name, typeof one]));

/** The same fields, of the same kinds. */
function expectShape(actual: unknown, example: Json): void {
  expect(kinds(actual as Json)).toEqual(kinds(example));
}

test('the page shows what a redeem and its refusal send', async () => {
  const { path } = await stand.share({ maxUses: 1 });
  const headers = { accept: 'application/json', 'x-ossgrant-use': redeemed['use'] as string };
  const given = (await (await stand.visit(path, { headers })).json()) as Json;
  expectShape(given, redeemed);
  expect(given['use']).toBe(redeemed['use']);
  const response = await stand.visit(path, { headers: { accept: 'application/json' } });
  const problem = (await response.json()) as Json;
  expectShape(problem, refusal);
  expect(problem).toEqual({ ...refusal, requestId: problem['requestId'] });
});

test('the page shows the three shapes of temporary credentials', async () => {
  const response = await stand.api('POST', '/v1/grant-handles', { bucket: BUCKET, key: 'reports/a.txt' });
  const { url } = (await response.json()) as { url: string };
  const { pathname } = new URL(url);
  for (const [path, example] of [
    ['', plain],
    ['/mobile', mobile],
    ['/uri', uri],
  ] as const) {
    const given = (await (await stand.visit(pathname + path)).json()) as Json;
    expectShape(given, example);
    for (const name of ['StatusCode', 'Code']) expect(given[name]).toBe(example[name]);
    const [end, shown] = [given, example].map((one) =>
      String(one['Expiration'] ?? one['expiration']).replaceAll(/\d/g, '0'),
    );
    expect(end).toBe(shown);
  }
});

test('the page shows the lines of a batch', async () => {
  const lines = ['reports/a.txt', 'private/x'].map((key) => JSON.stringify({ bucket: BUCKET, key })).join('\n');
  const text = await (await stand.api('POST', '/v1/shares:batch', lines)).text();
  const [first, second] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
  expectShape(first, made);
  expectShape(second, refused);
  expect(second).toMatchObject(refused);
});

test('every code of its table is one of the API', async () => {
  const source = readFileSync(join(import.meta.dirname, '../src/problem.ts'), 'utf8');
  const rows = [...PAGE.matchAll(/^\| (\d{3}|5xx) +\| ([^|]*)\|/gm)];
  expect(rows.length).toBeGreaterThan(5);
  for (const [, status = '', codes = ''] of rows) {
    for (const [, code = ''] of codes.matchAll(/`([a-z-]+)`/g)) {
      expect(source).toMatch(new RegExp(`^  '?${code}'?: ${status.replace('xx', '\\d\\d')},$`, 'm'));
    }
  }
});
