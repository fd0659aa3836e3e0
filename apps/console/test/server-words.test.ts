import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ApiProblem } from '../src/api/problem.ts';
import type { Refusal, UrlWarning } from '../src/api/types.ts';
import type { Language } from '../src/texts/language.tsx';
import { problemText, warningText } from '../src/texts/server-words.ts';

const chinese = JSON.parse(readFileSync(new URL('../src/texts/zh-CN.json', import.meta.url), 'utf8')) as Record<
  string,
  string
>;
// As the page does it: a name that has no text stays as it is.
const language = {
  t: (name, values) => (chinese[name] ?? name).replaceAll(/\{(\w+)\}/g, (_, value: string) => String(values?.[value])),
} as Pick<Language, 't'> as Language;

// Complete, or it does not compile.
const WARNINGS = Object.keys({
  V1_IS_RETIRING: 0,
  KEY_IS_URL: 0,
  KEY_ENCODED: 0,
  PARAMETER_IN_KEY: 0,
  WATERMARK_BASE64: 0,
  INLINE_ON_DEFAULT_DOMAIN: 0,
  APP_ON_DEFAULT_DOMAIN: 0,
} satisfies Record<UrlWarning['code'], 0>) as readonly UrlWarning['code'][];
const REASONS = Object.keys({
  INVALID_ENDPOINT: 0,
  REGION_UNKNOWN: 0,
  INVALID_BUCKET: 0,
  INVALID_KEY: 0,
  KEY_AMBIGUOUS_IN_V1: 0,
  VALUE_AMBIGUOUS_IN_V1: 0,
  INVALID_TEXT: 0,
  RESERVED_NAME: 0,
  INSECURE_TRANSPORT: 0,
} satisfies Record<NonNullable<Refusal['reason']>, 0>) as readonly NonNullable<Refusal['reason']>[];

test.each(WARNINGS)('warning %s is in the words of the page', (code) => {
  expect(warningText({ code, message: 'english words' }, language)).toBe(chinese[`warning.${code}`]);
});

test.each(REASONS)('refusal by %s is in the words of the page', (reason) => {
  const problem = new ApiProblem('not-possible', 'english words', { reason });
  expect(problemText(problem, language)).toBe(chinese[`reason.${reason}`]);
});

test('a server that is newer than the page keeps its own words', () => {
  const warning = { code: 'BRAND_NEW' as UrlWarning['code'], message: 'the moon is full' };
  expect(warningText(warning, language)).toBe('The moon is full.');
  const reason = 'BRAND_NEW' as NonNullable<Refusal['reason']>;
  expect(problemText(new ApiProblem('not-allowed', 'english words', { reason }), language)).toBe(
    chinese['problem.not-allowed'],
  );
  expect(problemText(new ApiProblem('brand-new' as Refusal['code'], 'the moon is full'), language)).toContain(
    'The moon is full.',
  );
});

test('what only the server knows follows words of the page', () => {
  const text = problemText(new ApiProblem('not-possible', 'the moon is full'), language);
  expect(text).toBe(chinese['problem.not-possible']?.replace('{detail}', 'The moon is full.'));
});
