import { describe, expect, it } from 'vitest';
import { fileNameOf, readHeaderText } from '../src/header-value.ts';

/** As a header arrives: each byte a character. */
const raw = (text: string): string => Buffer.from(text).toString('latin1');

describe('the file name of a Content-Disposition', () => {
  it.each<[string, string | undefined]>([
    // RFC 6266, 5, and RFC 8187, 3.2.2
    ['Attachment; filename=example.html', 'example.html'],
    ['INLINE; FILENAME= "an example.html"', 'an example.html'],
    ["attachment; filename*= UTF-8''%e2%82%ac%20rates", '€ rates'],
    ['attachment; filename="EURO rates"; filename*=utf-8\'\'%e2%82%ac%20rates', '€ rates'],
    ["attachment; filename*=iso-8859-1'en'%A3%20rates", '£ rates'],
    ["attachment; filename*=UTF-8'en'%c2%a3%20and%20%e2%82%ac%20rates", '£ and € rates'],
    ['attachment; filename="a\\"b\\\\c.txt"', 'a"b\\c.txt'],
    ['attachment', undefined],
    ['attachment; name=a', undefined],
    ['', undefined],
    // As the world writes them
    ['attachment;filename=annual report 2024.pdf', 'annual report 2024.pdf'],
    ['attachment; filename=a b.pdf ; size=3', 'a b.pdf'],
    ['attachment; filename*="UTF-8\'\'%E6%8A%A5.pdf"', '报.pdf'],
    ['attachment; filename*=%E6%8A%A5.pdf', '报.pdf'],
    ["attachment; filename*=GBK''%B1%A8.pdf", '报.pdf'],
    ["attachment; filename*=unknown''a; filename=b", 'b'],
    ["attachment; filename*=UTF-8''%E6%8A; filename=b", 'b'],
    ["attachment; filename*=UTF-8''100%; filename=b", 'b'],
    ['attachment; filename="a; filename*=UTF-8\'\'evil.sh"', "a; filename*=UTF-8''evil.sh"],
    ['attachment; x="filename=evil"; filename=b', 'b'],
    ['attachment; filename=first; filename=second', 'first'],
    ['attachment; filename="no end', 'no end'],
    ['filename=bare.txt', 'bare.txt'],
    ['attachment; filename = "blanks.txt"', 'blanks.txt'],
    [raw('attachment; filename="报告.pdf"'), '报告.pdf'],
    ['attachment; filename="caf\u00e9.txt"', 'caf\u00e9.txt'],
    ['attachment; filename="=?UTF-8?B?5oql5ZGKLnBkZg==?="', '报告.pdf'],
    ['attachment; filename="=?UTF-8?Q?=E6=8A=A5_a.pdf?="', '报 a.pdf'],
    ['attachment; filename="=?UTF-8?B?%%%?="', '=?UTF-8?B?%%%?='],
  ])('in %j is %j [fault 76]', (header, name) => {
    expect(fileNameOf(header)).toBe(name);
  });

  it('is read in one pass, however long the header is', () => {
    for (const piece of ['filename="', "filename*=UTF-8'", ';', '\\', '=?UTF-8?Q?', ' ', '%41']) {
      const header = `attachment; filename=${piece.repeat(200_000)}`;
      expect(fileNameOf(header)?.length ?? 0).toBeLessThan(8192);
    }
  });
});

it('raw UTF-8 in a header is read as what it is, and Latin-1 stays', () => {
  expect(readHeaderText(raw('/报告'))).toBe('/报告');
  expect(readHeaderText('/caf\u00e9')).toBe('/caf\u00e9');
  expect(readHeaderText('/报告')).toBe('/报告');
});
