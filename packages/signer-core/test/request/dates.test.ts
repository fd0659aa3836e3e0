import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIsoBasic, formatRfc1123 } from '../../src/text/encoding.ts';
import { AT, FOUR_SIGNERS, GET, OWNER } from '../four-signers.ts';

const wholeSecond = fc
  .date({ min: new Date('0000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true })
  .map((date) => new Date(Math.floor(date.getTime() / 1000) * 1000));

describe('dates', () => {
  it('are written as OSS reads them', () => {
    const date = new Date('2022-12-08T10:07:41.999Z');
    expect(formatIsoBasic(date)).toBe('20221208T100741Z');
    expect(formatRfc1123(date)).toBe('Thu, 08 Dec 2022 10:07:41 GMT');
  });

  it('read back as the same second in every year of four digits', () => {
    fc.assert(
      fc.property(wholeSecond, (date) => {
        const iso = formatIsoBasic(date).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
        expect(new Date(iso)).toEqual(date);
        expect(formatRfc1123(date)).toMatch(/^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
      }),
    );
  });

  it.each([Number.NaN, Date.UTC(10_000, 0), -1e14])('refuse %d with a RangeError', (time) => {
    expect(() => formatIsoBasic(new Date(time))).toThrow(RangeError);
    expect(() => formatRfc1123(new Date(time))).toThrow(RangeError);
  });
});

describe.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('%s', (_name, signer) => {
  it('refuses an invalid date with a RangeError instead of signing its text', () => {
    expect(() => signer.sign(GET, OWNER, { ...AT, date: new Date(Number.NaN) })).toThrow(RangeError);
  });
});
