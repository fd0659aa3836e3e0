import { describe, expect, it } from 'vitest';
import { countStored, loadVectors, type Vector } from './load-vectors.ts';
import { stepsV1, stepsV4, type StepTexts } from './sign-vector.ts';

const EXPECTED_COUNTS = { 'v1-header': 61, 'v1-url': 46, 'v4-header': 73, 'v4-url': 73 };

describe('the number of vectors', () => {
  it.each(Object.entries(EXPECTED_COUNTS))('of %s stays %i', (scheme, count) => {
    expect(countStored(scheme)).toBe(count);
  });

  it('leaves out only the one V1 URL that nobody can reproduce: its page does not show the secret that was used', () => {
    const loaded = Object.keys(EXPECTED_COUNTS).map((scheme) => [scheme, loadVectors(scheme).length]);
    expect(Object.fromEntries(loaded)).toEqual({ ...EXPECTED_COUNTS, 'v1-url': 45 });
  });
});

describe.each([
  { scheme: 'v1-header', steps: stepsV1 },
  { scheme: 'v1-url', steps: stepsV1 },
  { scheme: 'v4-header', steps: stepsV4 },
  { scheme: 'v4-url', steps: stepsV4 },
])('the pure steps reproduce $scheme', ({ scheme, steps }) => {
  it.each(loadVectors(scheme).map((vector) => [vector.id, vector] as const))('%s', (_id, vector) => {
    const actual = steps(vector);
    const { query, expected } = split(vector);
    expect(pick(actual, expected)).toEqual(expected);
    for (const [name, value] of Object.entries(query)) expect(actual.query?.[name] ?? null).toBe(value);
  });
});

// Texts and signatures on one side, `x-oss-*` parameters of a URL on the other; the URL itself is the public functions' matter.
function split({ expected }: Vector): { query: Record<string, string | null>; expected: Partial<StepTexts> } {
  const { url: _url, ...rest } = expected;
  const entries = Object.entries(rest);
  const query = Object.fromEntries(entries.filter(([name]) => name.startsWith('x-oss-')));
  const texts = Object.fromEntries(entries.filter(([name]) => !name.startsWith('x-oss-')));
  // One source writes ", " between the fields; the server takes both.
  if (texts['authorization']) texts['authorization'] = texts['authorization'].replaceAll(', ', ',');
  return { query, expected: texts };
}

function pick(actual: StepTexts, names: object): Partial<StepTexts> {
  return Object.fromEntries(Object.entries(actual).filter(([name]) => name in names));
}
