import { expect, test } from 'vitest';
import { createFormats } from '../src/texts/formats.ts';

const { relative } = createFormats('en', (name, { count }) => `${count} ${name}`);

test.each([
  [1, 'in 1 second'],
  [59, 'in 59 seconds'],
  [60, 'in 1 minute'],
  [3569, 'in 59 minutes'],
  [3570, 'in 1 hour'],
  [84_599, 'in 23 hours'],
  [84_600, 'in 1 day'],
  [-86_399, '1 day ago'],
  [7 * 86_400 - 1, 'in 7 days'],
])('a distance of %d s is "%s": no unit reaches the next', (seconds, text) => {
  expect(relative(new Date(seconds * 1000), 0)).toBe(text.replaceAll(' ', '\u00A0'));
});
