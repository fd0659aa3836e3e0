import { type Credentials, snapshotCredentials } from '@ossgrant/credentials-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSigningCache, openCache } from '../../src/request/signing-cache.ts';
import { signHeadersV4, signUrlV4 } from '../../src/sign/sign-v4.ts';
import { anySigning } from '../any-signing.ts';
import { AT, GET, OWNER } from '../four-signers.ts';

const scope = { day: '20240506', region: 'cn-hangzhou', product: 'oss' };

describe('the signing cache', () => {
  it('never changes a signature, whatever was signed before', () => {
    const cache = createSigningCache();
    fc.assert(
      fc.property(fc.array(anySigning, { minLength: 1, maxLength: 4 }), (signings) => {
        for (const { request, credentials, options } of [...signings, ...signings]) {
          for (const sign of [signHeadersV4, signUrlV4]) {
            const cachedResult = sign(request, credentials, { ...options, cache });
            expect(cachedResult).toEqual(sign(request, credentials, options));
          }
        }
      }),
    );
  });

  it('derives one key for one snapshot and scope', () => {
    const cache = createSigningCache();
    const owner = snapshotCredentials(OWNER);
    expect(openCache(cache)?.signingKey(owner, scope)).toBe(openCache(cache)?.signingKey(owner, { ...scope }));
  });

  it("never gives one key id's key to another secret", () => {
    const cache = createSigningCache();
    const [one, two] = ['a', 'b'].map((accessKeySecret) => ({ ...OWNER, accessKeySecret }));
    const signatures = [one, two].map((credentials) => signUrlV4(GET, credentials ?? OWNER, { ...AT, cache }).path);
    expect(signatures[0]).not.toBe(signatures[1]);
  });

  it('notices that a plain object was given another secret', () => {
    const cache = createSigningCache();
    const mutable: { -readonly [K in keyof Credentials]: Credentials[K] } = { ...OWNER };
    signUrlV4(GET, mutable, { ...AT, cache });
    mutable.accessKeySecret = 'another';
    expect(signUrlV4(GET, mutable, { ...AT, cache })).toEqual(signUrlV4(GET, { ...mutable }, AT));
  });

  it('shows no secret in inspection, JSON or its own properties', () => {
    const cache = createSigningCache();
    openCache(cache)?.signingKey(OWNER, scope);
    expect(JSON.stringify(cache) + Object.getOwnPropertyNames(cache).join()).not.toContain(OWNER.accessKeySecret);
  });
});
