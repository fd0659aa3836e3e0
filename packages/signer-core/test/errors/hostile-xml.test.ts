import { describe, expect, it } from 'vitest';
import { readFlatXml, parseOssError } from '../../src/errors/oss-error.ts';

const SIZE = 65_536;
const fill = (piece: string, size = SIZE): string => piece.repeat(Math.ceil(size / piece.length)).slice(0, size);

/** Of processor time, best of three: neither a busy machine nor a collection of garbage counts. */
function milliseconds(work: () => void): number {
  const runs = [0, 1, 2].map(() => {
    const start = process.cpuUsage();
    work();
    return process.cpuUsage(start).user / 1000;
  });
  return Math.min(...runs);
}

describe('hostile XML', () => {
  it('with a DOCTYPE is not read at all: no entity is ever expanded', () => {
    const entities = Array.from({ length: 10 }, (_, n) => `<!ENTITY lol${n + 1} "${`&lol${n};`.repeat(10)}">`).join('');
    const laughs = `<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">${entities}]><Error><Code>&lol10;</Code></Error>`;
    expect(readFlatXml(laughs).size).toBe(0);
    const external = '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><Error><Code>&f;</Code></Error>';
    expect(readFlatXml(external).size).toBe(0);
  });

  it('keeps entities that it does not know as text', () => {
    expect(readFlatXml('<Error><Code>&lol; &#99999999; &#xFFFFFFF;</Code></Error>').get('Code')).toBe(
      '&lol; &#99999999; &#xFFFFFFF;',
    );
  });

  it('decodes character references up to the last code point', () => {
    expect(readFlatXml('<Code>&#x1;&#x10ffff;&#x110000;</Code>').get('Code')).toBe('\u0001\u{10ffff}&#x110000;');
  });

  it('gives at most 64 fields', () => {
    expect(readFlatXml(Array.from({ length: 500 }, (_, n) => `<A${n}>x</A${n}>`).join('')).size).toBe(64);
  });

  it('counts the first of equal names', () => {
    expect(readFlatXml('<Error><Code>First</Code><Code>Second</Code></Error>').get('Code')).toBe('First');
  });

  it('reads leaves only, without attributes', () => {
    const read = readFlatXml('<Error><Code a="1">x</Code><Code><b>y</b></Code><Message>z</Message></Error>');
    expect([...read]).toEqual([
      ['b', 'y'],
      ['Message', 'z'],
    ]);
  });

  it('takes names of object properties as data', () => {
    const read = readFlatXml('<Error><constructor>x</constructor></Error>');
    expect(read.get('constructor')).toBe('x');
    expect(parseOssError({ status: 400, header: () => null, body: '{"__proto__":{"Code":"x"}}' })).toEqual({
      status: 400,
    });
  });

  // Each body costs well under a millisecond; a quadratic reader would need seconds.
  it.each([
    ['deep nesting', fill('<a>')],
    ['deep nesting that is closed', fill('<a>', SIZE / 2) + fill('</a>', SIZE / 2)],
    ['only opening brackets', fill('<')],
    ['opening names without end', fill('<a')],
    ['one endless name', `<${fill('a')}`],
    ['many long names', fill(`<${'a'.repeat(64)}`)],
    ['many names that are too long', fill(`<${'a'.repeat(65)}>`)],
    ['a huge attribute list', `<a ${fill('b="c" ')}>`],
    ['text without end', `<Code>${fill('x')}`],
    ['text that never closes, many times', fill('<Code>xxxxxxxxxxxxxxxx')],
    ['wrong closing names', fill('<ab>x</ac>')],
    ['closing names with more letters', fill(`<${'a'.repeat(60)}>x</${'a'.repeat(60)}b>`)],
    ['ampersands', `<Code>${fill('&')}</Code>`],
    ['references without end', `<Code>${fill('&#1234567')}</Code>`],
    ['blanks', `<Message>${fill(' ')}</Message>`],
    ['control characters between letters', `<Message>${fill('a\n')}</Message>`],
    ['the words before an echo', `<Message>${fill('string to sign i')}</Message>`],
    ['blanks before JSON', fill(' ')],
  ])('costs no more than its length: %s', (_name, body) => {
    const spent = milliseconds(() => void parseOssError({ status: 400, header: () => null, body }));
    expect(spent).toBeLessThan(100);
  });
});
