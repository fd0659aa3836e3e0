import { expect, test } from 'vitest';
import { type GrantInput, grantOf, lets, longestGrant, policyOf } from '../src/access/grant-input.ts';

const input: GrantInput = {
  bucket: 'a-bucket',
  kind: 'prefix',
  text: 'team-a/',
  list: true,
  durationSeconds: 900,
  sessionName: ' alice ',
};

test('asks for access once it is named completely', () => {
  expect(grantOf(input)).toEqual({
    bucket: 'a-bucket',
    prefix: 'team-a/',
    list: true,
    durationSeconds: 900,
    sessionName: 'alice',
  });
  expect(grantOf({ ...input, text: 'team-a' })).toBeUndefined();
  expect(grantOf({ ...input, kind: 'key', text: 'a.txt', sessionName: '' })).toEqual({
    bucket: 'a-bucket',
    keys: ['a.txt'],
    durationSeconds: 900,
  });
});

test('lets exactly what is below the prefix be downloaded', () => {
  const grant = grantOf(input);
  const policy = grant === undefined ? undefined : policyOf(grant);
  if (policy === undefined) throw new Error('no policy');
  expect(lets(policy, 'a-bucket', 'team-a/report.txt')).toBe(true);
  expect(lets(policy, 'a-bucket', 'team-abc/report.txt')).toBe(false);
  expect(lets(policy, 'b-bucket', 'team-a/report.txt')).toBe(false);
  expect(lets(policy, 'a-bucket', '')).toBe(false);
});

test('knows how long the scopes allow it', () => {
  const scopes = [
    { bucket: 'a-bucket', prefix: '', longestSeconds: 60 },
    { bucket: 'a-bucket', prefix: 'team-a/', longestSeconds: 3600 },
  ];
  expect(longestGrant(scopes, input)).toBe(3600);
  expect(longestGrant(scopes, { ...input, text: 'team-b/' })).toBe(60);
  expect(longestGrant(scopes, { ...input, bucket: 'b-bucket' })).toBe(0);
});
