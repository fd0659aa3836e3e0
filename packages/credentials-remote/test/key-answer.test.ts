import fc from 'fast-check';
import { CredentialError } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { parseBody, readKey } from '../src/key-answer.ts';
import { KEY } from './issuer.ts';

const NAMES = Object.keys(KEY) as readonly (keyof typeof KEY)[];
const value = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'text', KEY.Expiration));
const answer = fc.oneof(
  fc.jsonValue(),
  fc.record(Object.fromEntries(NAMES.map((name) => [name, value])), { requiredKeys: [] }),
  fc.tuple(fc.constantFrom(...NAMES), value).map(([name, changed]) => ({ ...KEY, [name]: changed })),
);

describe('an answer', () => {
  it.each(['any', 'temporary'] as const)('is either whole or refused as INVALID_CONFIG, when %s is taken', (accept) => {
    fc.assert(
      fc.property(answer, (body) => {
        try {
          const key = readKey(parseBody(JSON.stringify(body), 'issuer'), { name: 'issuer', accept });
          expect(key.accessKeyId.length * key.accessKeySecret.length).toBeGreaterThan(0);
          expect(key.securityToken).not.toBe('');
          if (accept === 'temporary') expect(key.expiration?.getTime()).toEqual(expect.any(Number));
        } catch (error) {
          expect(error).toBeInstanceOf(CredentialError);
          expect(error).toMatchObject({ code: 'INVALID_CONFIG', retryable: false });
          expect((error as Error).message).not.toMatch(/secret-value|token-value/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('that is no JSON is refused without being quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const body = `secret-value${text}`;
        expect(() => parseBody(body, 'issuer')).toThrow('issuer: the answer is not JSON');
      }),
      { numRuns: 500 },
    );
  });

  it('has no serverDate when the Date header cannot be read', () => {
    expect(readKey(KEY, { name: 'issuer', date: 'yesterday' })).not.toHaveProperty('serverDate');
    expect(readKey(KEY, { name: 'issuer' })).not.toHaveProperty('serverDate');
  });
});
