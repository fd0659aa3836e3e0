import { describe, expect, it } from 'vitest';
import { parseHttpDate, parseInstant } from '../../src/basics/instant.ts';

describe('parseInstant', () => {
  it.each([
    ['2026-11-28T10:00:00Z', '2026-11-28T10:00:00.000Z'],
    ['2026-11-28T10:00:00.5Z', '2026-11-28T10:00:00.500Z'],
    ['2026-11-28T10:00:00.123456789Z', '2026-11-28T10:00:00.123Z'],
    ['2026-11-28T18:00:00+08:00', '2026-11-28T10:00:00.000Z'],
    ['2026-11-28T18:00:00+0800', '2026-11-28T10:00:00.000Z'],
    ['2026-11-28T10:00Z', '2026-11-28T10:00:00.000Z'],
    [' 2026-11-28 10:00:00 UTC ', '2026-11-28T10:00:00.000Z'],
  ])('reads %s', (text, instant) => {
    expect(parseInstant(text)?.toISOString()).toBe(instant);
  });

  it.each(['2026-11-28T10:00:00', '2026-11-28 10:00:00', '2026-11-28T10:00'])(
    'takes %s, without a zone, for UTC',
    (text) => {
      expect(parseInstant(text)?.toISOString()).toBe('2026-11-28T10:00:00.000Z');
    },
  );

  it.each([
    '',
    'tomorrow',
    '1795900000',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-11-28T24:00:00Z',
    '2026-11-28T10:61:00Z',
    '2026-11-28T10:00:00+99:00',
    '28/11/2026 10:00',
    `2026-11-28T10:00:00${'0'.repeat(80_000)}Z`,
  ])('refuses %.40s', (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });
});

describe('parseHttpDate', () => {
  it('reads the date of a header', () => {
    expect(parseHttpDate('Sun, 06 Nov 1994 08:49:37 GMT')).toEqual(new Date('1994-11-06T08:49:37Z'));
  });

  it.each(['Sun, 06 Nov 1994 08:49:37', '1994-11-06T08:49:37', 'Sun, 06 Foo 1994 08:49:37 GMT', 'soon', ''])(
    'refuses %j, which a platform might read as local time or not at all',
    (text) => {
      expect(parseHttpDate(text)).toBeUndefined();
    },
  );
});
