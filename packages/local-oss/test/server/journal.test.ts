import { expect, it } from 'vitest';
import { createJournal, formatEntry } from '../../src/server/journal.ts';

const entry = (target: string) => ({
  time: new Date(0),
  method: 'GET',
  host: 'localhost',
  target,
  status: 200,
  requestId: 'A',
});

it('keeps the newest requests, at most 10,000', () => {
  const journal = createJournal();
  for (let index = 0; index < 10_000; index += 1) journal.add(entry(`/${index}`));
  expect(journal.entries()).toHaveLength(10_000);
  for (let index = 10_000; index < 25_000; index += 1) journal.add(entry(`/${index}`));
  expect(journal.entries().length).toBeLessThanOrEqual(10_000);
  expect(journal.entries().at(-1)?.target).toBe('/24999');
  journal.clear();
  expect(journal.entries()).toEqual([]);
});

it('keeps of a long decision the end, where the refusal is', () => {
  const journal = createJournal();
  journal.add({ ...entry('/'), decision: [...Array.from({ length: 4000 }, () => 'asked'), 'refused'] });
  const [kept] = journal.entries();
  expect(kept?.decision?.length).toBeLessThan(100);
  expect(kept?.decision?.at(-1)).toBe('refused');
});

it('prints no control character of a key, a target or a host', () => {
  const key = 'a\u001b[2J\u0007\nforged 200 GET /b\u009b\u202e\u2028';
  const text = formatEntry({ ...entry(`/${key}`), code: 'AccessDenied', decision: [`wants ${key}`] });
  expect(text.split('\n')).toHaveLength(2);
  expect(text).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\u2028/u);
  expect(text).toContain(String.raw`\x1b[2J\x07\x0aforged`);
});
