import { expect, it } from 'vitest';
import { createJournal } from '../src/journal.ts';

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
