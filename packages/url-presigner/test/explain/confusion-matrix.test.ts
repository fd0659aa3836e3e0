import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cause, CauseCode } from '../../src/explain/cause.ts';
import { explain } from '../../src/explain/explain.ts';
import type { ExplainInput } from '../../src/explain/facts.ts';
import { inputFor, startBench, type Bench } from './bench.ts';
import { FAULTS, type ProducedFault } from './faults.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const SETTINGS = [
  { secret: true, answer: true },
  { secret: true, answer: false },
  { secret: false, answer: true },
  { secret: false, answer: false },
] as const;
const totals = new Map<string, Record<'first' | 'among' | 'nothing' | 'other', number>>();
const seen = new Set<CauseCode>();

function count(setting: string, fault: ProducedFault, causes: readonly Cause[]): void {
  const row = totals.get(setting) ?? { first: 0, among: 0, nothing: 0, other: 0 };
  totals.set(setting, row);
  const codes = causes.map(({ code }) => code);
  if (codes[0] === fault.code) row.first += 1;
  else if (codes.includes(fault.code)) row.among += 1;
  else if (codes.length === 0) row.nothing += 1;
  else row.other += 1;
}

function expectNoSecret(explanation: object, { url = '', credentials, headers = {} }: ExplainInput): void {
  const shown = JSON.stringify(explanation);
  const values = [
    ...`${url}"${JSON.stringify(headers)}`.matchAll(/(?:ignature|security-token)(?:=|"|:)+([^&"]{16,})/gi),
  ];
  for (const [, value = ''] of values) {
    expect(shown).not.toContain(value);
    expect(shown).not.toContain(decodeURIComponent(value.replace(/%.?$/, '')));
  }
  if (credentials !== undefined && credentials.accessKeySecret.length > 5) {
    expect(shown).not.toContain(credentials.accessKeySecret);
  }
}

describe.each(FAULTS)('$name: $code', (fault) => {
  it('is the first cause with the secret and the response, and nothing wrong is ever certain', async () => {
    const sent = await fault.make(bench);
    const { status, error } = fault.unsent === true ? { status: 403, error: undefined } : await bench.send(sent);
    expect(status).toBeGreaterThanOrEqual(400);
    for (const { secret, answer } of SETTINGS) {
      const input = inputFor(sent, { secret, ...(answer && error !== undefined ? { error } : {}) }, bench);
      const explanation = explain(input);
      const { causes } = explanation;
      const setting = `${secret ? 'with' : 'without'} secret, ${answer ? 'with' : 'without'} response`;
      count(setting, fault, causes);
      const allowed = [fault.code, ...(fault.also ?? [])];
      for (const { code, certainty, fix } of causes) {
        expect(fix).not.toBe('');
        if (certainty === 'proved' || certainty === 'named') expect(allowed, `${setting}: ${code}`).toContain(code);
        seen.add(code);
      }
      if (secret && answer) expect(causes.map(({ code }) => code)[0], setting).toBe(fault.code);
      expectNoSecret(explanation, input);
    }
  });
});

it('counts what was named: totals', () => {
  const lines = [...totals].map(([setting, { first, among, nothing, other }]) => {
    const all = first + among + nothing + other;
    return `${setting}: of ${all} faults, first ${first}, among others ${among}, only others ${other}, no cause ${nothing}`;
  });
  // Where the proof shows what this test found out.
  if (process.env['OSSGRANT_RUNS'] !== undefined) console.log(lines.join('\n'));
  expect(totals.get('with secret, with response')).toMatchObject({ first: FAULTS.length });
  for (const [, { other }] of totals) expect(other).toBeLessThanOrEqual(FAULTS.length / 8);
});
