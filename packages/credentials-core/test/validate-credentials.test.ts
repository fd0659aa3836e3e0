import { describe, expect, it } from 'vitest';
import type { Credentials } from '../src/contracts.ts';
import { snapshotCredentials } from '../src/credentials.ts';
import { toProvider } from '../src/to-provider.ts';

const good = { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'a token' };
const refusal = (message: RegExp): unknown =>
  expect.objectContaining({
    name: 'CredentialError',
    code: 'INVALID_CONFIG',
    retryable: false,
    message: expect.stringMatching(message),
  });

const BAD: readonly [string, unknown, RegExp][] = [
  ['nothing', undefined, /must be an object/],
  ['null', null, /must be an object/],
  ['text', 'LTAI:secret', /must be an object/],
  ['no key id', { accessKeySecret: 's' }, /accessKeyId is missing/],
  ['no secret', { accessKeyId: 'id' }, /accessKeySecret is missing/],
  ['an empty key id', { ...good, accessKeyId: '' }, /accessKeyId must be a non-empty string/],
  ['an empty secret', { ...good, accessKeySecret: '' }, /accessKeySecret must be a non-empty string/],
  ['an empty token', { ...good, securityToken: '' }, /securityToken must be a non-empty string/],
  ['a number', { ...good, accessKeyId: 5 }, /accessKeyId must be a non-empty string/],
  ['a null token', { ...good, securityToken: null }, /securityToken must be a non-empty string/],
  ['a trailing line break', { ...good, accessKeySecret: 'secret\n' }, /accessKeySecret has white space/],
  ['a leading space', { ...good, accessKeyId: ' STS.id' }, /accessKeyId has white space/],
  ['a space within the secret', { ...good, accessKeySecret: 'se cret' }, /accessKeySecret has white space/],
  [
    'a header injection in the token',
    { ...good, securityToken: 'a\r\nx-oss-evil: 1' },
    /securityToken has white space/,
  ],
  ['a trailing space in the token', { ...good, securityToken: 'a ' }, /securityToken has white space/],
  ['a non-ASCII secret', { ...good, accessKeySecret: 'sécret' }, /accessKeySecret has/],
  ['a key id with a comma', { ...good, accessKeyId: 'STS.id,x' }, /accessKeyId must not contain/],
  ['a key id with a slash', { ...good, accessKeyId: 'STS.id/20260101' }, /accessKeyId must not contain/],
  ['a key id with a colon', { ...good, accessKeyId: 'STS.id:x' }, /accessKeyId must not contain/],
  ['a zero-width space', { ...good, accessKeyId: 'STS.id\u200b' }, /accessKeyId has/],
  [
    'an STS key without token',
    { accessKeyId: 'STS.id', accessKeySecret: 's' },
    /securityToken is missing.*\{\.\.\.credentials\}/,
  ],
  ['an expiration as text', { ...good, expiration: '2026-01-01T00:00:00Z' }, /expiration must be a valid Date/],
  ['an invalid expiration', { ...good, expiration: new Date(Number.NaN) }, /expiration must be a valid Date/],
  [
    'a spread copy of a snapshot',
    { ...snapshotCredentials(good) },
    /accessKeySecret is missing.*\{\.\.\.credentials\}/,
  ],
];

describe('malformed credentials', () => {
  it.each(BAD)('%s: refused when taken', (_name, value, message) => {
    expect(() => snapshotCredentials(value as Credentials)).toThrowError(refusal(message));
  });

  it.each(BAD.filter(([, value]) => typeof value === 'object' && value !== null))(
    '%s: refused as a literal for a provider',
    (_name, value, message) => {
      expect(() => toProvider(value as Credentials)).toThrowError(refusal(message));
    },
  );

  it('are never quoted in the message', () => {
    for (const [, value] of BAD) {
      const failure = (): unknown => snapshotCredentials(value as Credentials);
      expect(failure).toThrowError(
        expect.objectContaining({ message: expect.not.stringMatching(/cret\n|se cret|sécret|evil/) }),
      );
    }
  });
});

it('a token may hold spaces within and any printable character', () => {
  const securityToken = 'attachment; /file/name==example.txt++ %2B~!';
  expect(snapshotCredentials({ ...good, securityToken }).securityToken).toBe(securityToken);
});
