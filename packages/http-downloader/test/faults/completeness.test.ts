import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const HERE = import.meta.dirname;
const REPOSITORY = join(HERE, '../../../..');
// Faults that take processes of their own, from a build.
const PROGRAMS = join(REPOSITORY, 'tests/integration/programs');

interface Guarantee {
  readonly fault: number;
  readonly name: string;
}

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Names of tests that end with the number of a fault. */
function guarantees(text: string): Guarantee[] {
  const names = text.matchAll(/^(?! *\/\/).*'([^'\n]+) \[fault (\d+)\]',/gm);
  return Array.from(names, ([, name = '', fault]) => ({ fault: Number(fault), name }));
}

describe('the faults that a download must survive', () => {
  const texts = [...sources(join(HERE, '..')), ...sources(PROGRAMS)];
  const tested = texts.flatMap(guarantees);

  it('are the sixty of the first list and those found since, each tested', () => {
    const numbers = new Set(tested.map(({ fault }) => fault));
    for (let fault = 1; fault <= 60; fault += 1) expect(numbers).toContain(fault);
  });

  it('are tested by tests that run', () => {
    for (const text of texts) expect(text).not.toMatch(/\b(it|describe)\.(skip|todo|only|fails)\b/);
  });

  it('are listed with their guarantees in docs/faults.md, all of them and no others', () => {
    const list = readFileSync(join(HERE, '../../docs/faults.md'), 'utf8');
    const rows = Array.from(list.matchAll(/^\| (\d+) +\| [^|]+ \| ([^|]+?) +\|$/gm), ([, fault, name = '']) => ({
      fault: Number(fault),
      name,
    }));
    const sorted = [...tested].sort((a, b) => a.fault - b.fault || a.name.localeCompare(b.name));
    expect(rows.sort((a, b) => a.fault - b.fault || a.name.localeCompare(b.name))).toEqual(sorted);
  });
});
