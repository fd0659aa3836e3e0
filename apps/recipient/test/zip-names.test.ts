import { expect, test } from 'vitest';
import { zipNames } from '../src/page/zip.ts';

test.each([
  [
    ['a.txt', 'b/c.txt'],
    ['a.txt', 'b/c.txt'],
  ],
  [
    ['a.txt', 'A.TXT', 'a.txt'],
    ['a.txt', 'A (2).TXT', 'a (3).txt'],
  ],
  [
    ['../../etc/passwd', '/abs/x', 'c:\\d'],
    ['download/download/etc/passwd', 'abs/x', 'd'],
  ],
  [
    ['con', 'dir /x.', '年度/报告.pdf'],
    ['_con', 'dir/x', '年度/报告.pdf'],
  ],
])('of %j makes %j', (keys, names) => {
  expect(zipNames(keys)).toEqual(names);
});
