import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentDisposition } from '../src/build-query.ts';

describe('contentDisposition', () => {
  it.each([
    [{}, 'attachment'],
    [{ disposition: 'inline' as const }, 'inline'],
    [{ filename: 'report 1.pdf' }, 'attachment; filename="report 1.pdf"'],
    [{ filename: 'a/b\\c.txt' }, 'attachment; filename="c.txt"'],
    [{ filename: '报告.pdf' }, 'attachment; filename="__.pdf"; filename*=UTF-8\'\'%E6%8A%A5%E5%91%8A.pdf'],
    [{ filename: 'a"b%c&d.txt' }, 'attachment; filename="a_b_c_d.txt"; filename*=UTF-8\'\'a%22b%25c%26d.txt'],
    [{ filename: "it's (1)*.txt" }, 'attachment; filename="it\'s (1)*.txt"'],
  ])('writes %j', (download, expected) => {
    expect(contentDisposition(download)).toBe(expected);
  });

  it('is printable ASCII that names the exact file, whatever the name', () => {
    const names = fc
      .string({ minLength: 1, unit: 'grapheme' })
      .filter((name) => !/[/\\]|[\p{Cc}\p{Surrogate}]|^\.{1,2}$/u.test(name));
    fc.assert(
      fc.property(names, (filename) => {
        const value = contentDisposition({ filename });
        expect(value).toMatch(/^[\x20-\x7e]*$/);
        const exact = /filename\*=UTF-8''(.*)$/.exec(value)?.[1];
        const plain = /filename="([^"]*)"/.exec(value)?.[1];
        expect(exact === undefined ? plain : decodeURIComponent(exact)).toBe(filename);
      }),
    );
  });
});
