import { expect, test } from 'vitest';
import { VERBS } from '../src/verbs.ts';
import { runCli } from './run-cli.ts';

test.each(VERBS)('$name says in the list what it says itself', async (lazy) => {
  const verb = await lazy.load();
  expect({ name: verb.name, summary: verb.summary }).toEqual({ name: lazy.name, summary: lazy.summary });
});

test.each(VERBS)('$name --help shows examples first', async ({ name }) => {
  const { code, stdout, stderr } = await runCli([...name.split(' '), '--help']);
  expect(code).toBe(0);
  expect(stderr).toBe('');
  expect(stdout).toMatchSnapshot();
  expect(stdout.indexOf('Examples:')).toBeLessThan(stdout.indexOf('Usage:'));
});
