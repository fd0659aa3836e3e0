import { snapshotCredentials, type Credentials } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { AT, FOUR_SIGNERS, GET } from './four-signers.ts';

const good = { accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'a token' };

// One of each kind: credentials-core decides what is malformed, and tests it.
const BAD: readonly [unknown, RegExp][] = [
  [undefined, /must be an object/],
  ['LTAI:secret', /must be an object/],
  [{ accessKeySecret: 's' }, /accessKeyId is missing/],
  [{ ...good, accessKeySecret: '' }, /accessKeySecret must be a non-empty string/],
  [{ ...good, accessKeyId: 5 }, /accessKeyId must be a non-empty string/],
  [{ ...good, accessKeySecret: 'secret\n' }, /accessKeySecret has white space/],
  [{ ...good, securityToken: 'a\r\nx-oss-evil: 1' }, /securityToken has white space/],
  [{ ...good, accessKeyId: 'STS.id/20260101' }, /accessKeyId must not contain/],
  [{ accessKeyId: 'STS.id', accessKeySecret: 's' }, /securityToken is missing/],
  [{ ...good, expiration: '2026-01-01T00:00:00Z' }, /expiration must be a Date, not text/],
  [{ ...snapshotCredentials(good) }, /accessKeySecret is missing.*\{\.\.\.credentials\}/],
];

describe('malformed credentials', () => {
  it.each(FOUR_SIGNERS.map((signer) => [signer.name, signer] as const))('are refused by %s', (_name, signer) => {
    for (const [value, message] of BAD) {
      expect(() => signer.sign(GET, value as Credentials, AT)).toThrowError(
        expect.objectContaining({
          name: 'CredentialError',
          code: 'INVALID_CONFIG',
          message: expect.stringMatching(message),
        }),
      );
    }
  });
});
