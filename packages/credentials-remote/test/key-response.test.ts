import fc from 'fast-check';
import { CredentialError } from '@ossgrant/credentials-core';
import { describe, expect, it } from 'vitest';
import { parseJson, readKey } from '../src/key-response.ts';
import { KEY } from './key-server.ts';

const NAMES = Object.keys(KEY) as readonly (keyof typeof KEY)[];
const value = fc.oneof(fc.jsonValue(), fc.constantFrom('', 'text', KEY.Expiration));
const response = fc.oneof(
  fc.jsonValue(),
  fc.record(Object.fromEntries(NAMES.map((name) => [name, value])), { requiredKeys: [] }),
  fc.tuple(fc.constantFrom(...NAMES), value).map(([name, changed]) => ({ ...KEY, [name]: changed })),
);

describe('the JSON of a key', () => {
  it.each(['any', 'temporary'] as const)('is either whole or refused as INVALID_CONFIG, when %s is taken', (accept) => {
    fc.assert(
      fc.property(response, (body) => {
        try {
          const key = readKey(JSON.parse(JSON.stringify(body)), { subject: 'server: the response', accept });
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

  it('is refused without being quoted when it is not JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const body = `secret-value${text}`;
        expect(() => parseJson(body, 'server: the response')).toThrow('server: the response is not JSON');
      }),
      { numRuns: 500 },
    );
  });

  it('has no serverDate when the Date header cannot be read', () => {
    expect(readKey(KEY, { subject: 'server: the response', date: 'yesterday' })).not.toHaveProperty('serverDate');
    expect(readKey(KEY, { subject: 'server: the response' })).not.toHaveProperty('serverDate');
  });
});
