import { describe, expect, it } from 'vitest';
import { toHeaderMap } from '../../src/text/signable.ts';
import { AT, FOUR_SIGNERS, GET, OWNER } from '../four-signers.ts';

const entries = (headers?: Record<string, string>): unknown => [...toHeaderMap(headers)];

describe('toHeaderMap', () => {
  it('lower-cases names, trims blanks at the ends and keeps those inside', () => {
    expect(entries({ 'Content-Type': ' text/plain \t', 'X-OSS-Meta-A': 'a  b' })).toEqual([
      ['content-type', 'text/plain'],
      ['x-oss-meta-a', 'a  b'],
    ]);
  });

  it('joins values of one name in their order', () => {
    expect(entries({ 'X-Oss-A': '2', 'x-oss-a': ' 1 ' })).toEqual([['x-oss-a', '2,1']]);
  });

  it('takes no headers for none', () => {
    expect(entries(undefined)).toEqual([]);
    expect(entries({})).toEqual([]);
  });

  it('holds names of object properties as headers', () => {
    expect(entries(JSON.parse('{"__proto__":"1","constructor":"2"}') as Record<string, string>)).toEqual([
      ['__proto__', '1'],
      ['constructor', '2'],
    ]);
  });

  it('trims a long run of blanks in linear time', () => {
    const value = `x${' \t'.repeat(100_000)}x`;
    const start = performance.now();
    expect(toHeaderMap({ a: value }).get('a')).toBe(value);
    expect(performance.now() - start).toBeLessThan(200);
  });
});

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  it.each(['x-oss-meta-a\r\nx-oss-evil', 'x oss', 'x-oss:a', '', 'x-oss-ü', 'x-oss-a\0'])(
    'refuses header name %j',
    (name) => {
      const sign = (): unknown => signer.sign({ ...GET, headers: { [name]: '1' } }, OWNER, AT);
      expect(sign).toThrowError(expect.objectContaining({ code: 'INVALID_TEXT' }));
    },
  );

  it.each(['1\n2', '1\r\nx-oss-evil: 1', 'a\tb', '\0', 'a\u007f', '\ud800'])('refuses header value %j', (value) => {
    const sign = (): unknown => signer.sign({ ...GET, headers: { 'x-oss-meta-a': value } }, OWNER, AT);
    const message = `header "x-oss-meta-a" ${problem(value)}`;
    expect(sign).toThrowError(expect.objectContaining({ code: 'INVALID_TEXT', message }));
  });

  it('keeps a header called __proto__', () => {
    const headers = JSON.parse('{"__proto__":"1"}') as Record<string, string>;
    expect(Object.entries(signer.sign({ ...GET, headers }, OWNER, AT).headers)).toContainEqual(['__proto__', '1']);
  });
});

function problem(value: string): string {
  return value === '\ud800' ? 'is not well-formed Unicode' : 'contains a control character';
}
