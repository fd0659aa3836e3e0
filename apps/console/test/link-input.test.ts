import { expect, test } from 'vitest';
import { checkOf, FIRST_INPUT, shareOf, urlsOf, wrongFields } from '../src/link/link-input.ts';

const one = { bucket: 'a-bucket', keys: ['a.txt'] };
const several = { bucket: 'a-bucket', keys: ['a.txt', 'b.txt'] };
const NOW = Date.parse('2027-01-01T00:00:00Z');

test('asks for a share with exactly what was chosen', () => {
  const input = { ...FIRST_INPUT, uses: '3', address: '203.0.113.7, 203.0.113.0/24', label: ' Q3 ', traffic: '8' };
  expect(shareOf(one, input)).toEqual({
    bucket: 'a-bucket',
    key: 'a.txt',
    expiresIn: 604_800,
    disposition: 'attachment',
    ip: ['203.0.113.7', '203.0.113.0/24'],
    maxUses: 3,
    label: 'Q3',
  });
});

test('asks for direct URLs without what only a share can do, and never below the least traffic limit of OSS', () => {
  const input = { ...FIRST_INPUT, kind: 'direct' as const, traffic: '1', uses: '3', password: 'secret', isV1: true };
  expect(urlsOf(several, input)).toEqual({
    bucket: 'a-bucket',
    keys: ['a.txt', 'b.txt'],
    expiresIn: 604_800,
    disposition: 'attachment',
    version: 'v1',
    trafficLimit: 1_000_000,
  });
});

test('checks a share by what a visit would sign, not by its own end', () => {
  const check = checkOf(several, { ...FIRST_INPUT, end: new Date(NOW) });
  expect(check).toEqual({ bucket: 'a-bucket', key: 'a.txt', disposition: 'attachment', expiresIn: 60, dryRun: true });
  expect(checkOf({ bucket: 'a-bucket', prefix: 'reports/' }, FIRST_INPUT)).toMatchObject({ key: 'reports/x' });
});

test('finds fields that are wrong before a server is asked', () => {
  expect(wrongFields({ ...FIRST_INPUT, uses: '0', end: new Date(NOW - 1) }, NOW)).toEqual(['uses', 'end']);
  expect(wrongFields({ ...FIRST_INPUT, kind: 'direct', traffic: '101' }, NOW)).toEqual(['traffic']);
  expect(wrongFields({ ...FIRST_INPUT, traffic: '101' }, NOW)).toEqual([]);
});
