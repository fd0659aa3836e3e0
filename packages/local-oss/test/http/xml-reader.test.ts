import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/http/refusal.ts';
import { childText, parseXml } from '../../src/http/xml-reader.ts';

it('reads elements and text, entities and numbers', () => {
  const document = parseXml('<?xml version="1.0"?><!-- c --><A x="1">\n<B>1 &lt; 2 &#x76EE;&#65;</B><C/></A>\n');
  expect([document.name, childText(document, 'B'), childText(document, 'C')]).toEqual(['A', '1 < 2 目A', '']);
});

describe('refuses', () => {
  it.each([
    ['', 'nothing'],
    ['text', 'text alone'],
    ['<A>', 'an open element'],
    ['<A></B>', 'another end'],
    ['</A>', 'an end without a start'],
    ['<A/><B/>', 'two documents'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><A>&b;</A>', 'a document type'],
    ['<A>&#x110000;</A>', 'a character that is none'],
    ['<A>&#xD800;</A>', 'the first half of a character'],
    ['<A>&#57343;</A>', 'the second half of a character'],
    ['<A>'.repeat(20) + '</A>'.repeat(20), 'too deep nesting'],
    [`<A>${'<B/>'.repeat(50_001)}</A>`, 'too many elements'],
    [`<A ${'a="'.repeat(1000)}>`, 'broken attributes'],
    ['<A><!-- </A>', 'an open comment'],
  ])('%.20s: %s', (source) => {
    expect(() => parseXml(source)).toThrow(Refusal);
  });
});

it('takes time in proportion to the length of a hostile body', () => {
  // Processor time, in microseconds: a busy machine does not count. A quadratic reader would need minutes.
  const start = process.cpuUsage();
  for (const piece of ['<', '<A ', '&', '<!--', '<A>', '<?', ' ']) {
    expect(() => parseXml(piece.repeat(200_000))).toThrow(Refusal);
  }
  expect(process.cpuUsage(start).user).toBeLessThan(4_000_000);
});
