import { createHmac } from 'node:crypto';
import { type CryptoKey, exportSPKI, importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createJwtTokens, type JwtAlgorithm } from '../../src/jwt/index.ts';
import {
  AUDIENCE,
  type IdentityProvider,
  ISSUER,
  type JwtStand,
  openJwtStand,
  type SigningKey,
  signingKey,
  startIdentityProvider,
  type TokenChanges,
} from './identity-provider.ts';

let provider: IdentityProvider;
let key: SigningKey;
let foreign: SigningKey;
let stand: JwtStand;
beforeAll(async () => {
  [provider, key, foreign] = await Promise.all([startIdentityProvider(), signingKey('k1'), signingKey('k1')]);
});
beforeEach(() => {
  provider.keys = [key.jwk];
  provider.asked.length = 0;
  provider.answer = undefined;
  stand = openJwtStand(provider);
});
afterAll(() => provider.close());

const NOW = Date.parse('2027-01-01T00:00:00Z') / 1000;

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

const CLAIMS = { iss: ISSUER, aud: AUDIENCE, sub: 'alice', iat: NOW, exp: NOW + 300 };

test('a token of the issuer for this service names its subject, and its keys are fetched once', async () => {
  const token = await stand.sign(key);
  expect(await stand.verify(token)).toBe('jwt:alice');
  expect(await stand.verify(token)).toBe('jwt:alice');
  expect([provider.asked, stand.refused]).toEqual([['/keys'], []]);
});

describe('the algorithm is chosen here, not by the token', () => {
  test.each(['none', 'None', 'NONE', ''])('alg "%s" is refused, with and without a signature', async (alg) => {
    const unsigned = `${base64url({ alg, kid: 'k1' })}.${base64url(CLAIMS)}`;
    const signature = (await stand.sign(key)).split('.')[2] ?? '';
    expect([await stand.verify(`${unsigned}.`), await stand.verify(`${unsigned}.${signature}`)]).toEqual([
      undefined,
      undefined,
    ]);
    expect(stand.refused).toHaveLength(2);
  });

  test.each(['HS256', 'HS384', 'HS512'])('%s with the public key as its secret is refused', async (alg) => {
    const publicKey = (await importJWK(key.jwk, 'ES256', { extractable: true })) as CryptoKey;
    const pem = await exportSPKI(publicKey);
    for (const secret of [pem, pem.trim(), JSON.stringify(key.jwk), JSON.stringify({ keys: [key.jwk] })]) {
      const input = `${base64url({ alg, kid: 'k1' })}.${base64url(CLAIMS)}`;
      const mac = createHmac(alg.replace('HS', 'sha'), secret).update(input).digest('base64url');
      expect(await stand.verify(`${input}.${mac}`)).toBeUndefined();
    }
    expect(new Set(stand.refused)).toEqual(new Set(['algorithm']));
  });

  test('a shared secret among the published keys verifies nothing', async () => {
    const secret = Buffer.alloc(32, 7);
    provider.keys = [{ kty: 'oct', k: secret.toString('base64url'), kid: 'k1' }];
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(secret);
    expect(await stand.verify(token)).toBeUndefined();
    expect(stand.refused).toEqual(['algorithm']);
  });

  test('one that is not configured is refused, though the issuer publishes such a key', async () => {
    const other = await signingKey('k2', 'ES384');
    provider.keys = [key.jwk, other.jwk];
    expect(await stand.verify(await stand.sign(other))).toBeUndefined();
    expect(stand.refused).toEqual(['algorithm']);
    const wider = openJwtStand(provider, { algorithms: ['ES384'] });
    expect(await wider.verify(await wider.sign(other))).toBe('jwt:alice');
  });

  test('a key that is published for another algorithm or for encryption verifies nothing', async () => {
    provider.keys = [{ ...key.jwk, alg: 'ES512' }];
    expect(await stand.verify(await stand.sign(key))).toBeUndefined();
    const again = openJwtStand(provider);
    provider.keys = [{ ...key.jwk, use: 'enc' }];
    expect(await again.verify(await again.sign(key))).toBeUndefined();
    expect([...stand.refused, ...again.refused]).toEqual(['key', 'key']);
  });
});

const CHANGED: readonly (readonly [string, string, TokenChanges])[] = [
  ['a foreign issuer', 'issuer', { claims: { iss: 'https://evil.example.com' } }],
  ['the issuer with a slash more', 'issuer', { claims: { iss: `${ISSUER}/` } }],
  ['no issuer', 'issuer', { claims: { iss: undefined } as never }],
  ['another audience', 'audience', { claims: { aud: 'another-service' } }],
  ['an audience that begins alike', 'audience', { claims: { aud: [`${AUDIENCE}-test`] } }],
  ['no audience', 'audience', { claims: { aud: undefined } as never }],
  ['an end that has passed', 'expired', { claims: { exp: NOW - 31 } }],
  ['no end', 'claims', { claims: { exp: undefined } as never }],
  ['no start', 'claims', { claims: { iat: undefined } as never }],
  ['a start more than a day ago', 'expired', { claims: { iat: NOW - 86_400 - 31 } }],
  ['a start that lies ahead', 'not-yet', { claims: { iat: NOW + 31 } }],
  ['a not-before that lies ahead', 'not-yet', { claims: { nbf: NOW + 31 } }],
  ['no subject', 'claims', { claims: { sub: undefined } as never }],
  ['an empty subject', 'claims', { claims: { sub: '' } }],
  ['a subject with a line break', 'claims', { claims: { sub: 'alice\nadmin' } }],
  ['the type of a logout token', 'type', { header: { typ: 'logout+jwt' } }],
  ['a critical extension', 'malformed', { header: { crit: ['exp-of-ours'], 'exp-of-ours': true } }],
];

test.each(CHANGED)('a token with %s is refused (%s)', async (_, reason, changes) => {
  // jose refuses to sign what it does not know; a forger would not.
  const token = changes.header?.['crit'] === undefined ? await stand.sign(key, changes) : await critical(changes);
  expect(await stand.verify(token)).toBeUndefined();
  expect(stand.refused).toEqual([reason]);
});

async function critical({ header }: TokenChanges): Promise<string> {
  return new SignJWT(CLAIMS)
    .setProtectedHeader({ alg: 'ES256', kid: 'k1', ...header })
    .sign(key.privateKey, { crit: { 'exp-of-ours': true } });
}

test.each([
  ['an end 29 s ago', { exp: NOW - 29 }],
  ['a start 29 s ahead', { iat: NOW + 29, nbf: NOW + 29 }],
])('%s is let through: clocks differ', async (_, claims) => {
  expect(await stand.verify(await stand.sign(key, { claims }))).toBe('jwt:alice');
});

describe('what a token says about its key is not believed', () => {
  test('a key in its header is ignored', async () => {
    expect(await stand.verify(await stand.sign(foreign, { header: { jwk: foreign.jwk } }))).toBeUndefined();
    expect(stand.refused).toEqual(['signature']);
  });

  test.each(['jku', 'x5u'])('an address in its header (%s) is never asked', async (name) => {
    const evil = await startIdentityProvider();
    evil.keys = [foreign.jwk];
    try {
      const token = await stand.sign(foreign, { header: { [name]: evil.url, kid: 'k9' } });
      expect(await stand.verify(token)).toBeUndefined();
      expect([evil.asked, stand.refused]).toEqual([[], ['key']]);
    } finally {
      await evil.close();
    }
  });

  test.each([
    ['a path', '../../../../dev/null'],
    ['a file', '/etc/passwd'],
    ['a statement', "k1' or '1'='1"],
    ['a NUL', 'k1\u0000'],
    ['an address', 'http://evil.example.com/keys'],
    ['a prototype', '__proto__'],
    ['3000 characters', 'k'.repeat(3000)],
  ])('a key id of %s names no key', async (_, kid) => {
    expect(await stand.verify(await stand.sign(foreign, { header: { kid } }))).toBeUndefined();
    expect(stand.refused).toEqual(['key']);
    expect(new Set(provider.asked)).toEqual(new Set(['/keys']));
  });

  test('a token without a key id is refused where several keys would do', async () => {
    provider.keys = [key.jwk, { ...foreign.jwk, kid: 'k2' }];
    const token = await new SignJWT(CLAIMS).setProtectedHeader({ alg: 'ES256' }).sign(key.privateKey);
    expect(await stand.verify(token)).toBeUndefined();
    expect(stand.refused).toEqual(['key']);
  });
});

test('a changed token is refused: each part, and the claims under another signature', async () => {
  const [header, claims, signature] = (await stand.sign(key)).split('.');
  const more = base64url({ ...CLAIMS, sub: 'root' });
  expect(await stand.verify(`${header}.${more}.${signature}`)).toBeUndefined();
  expect(await stand.verify(`${header}.${claims}.${'A'.repeat(86)}`)).toBeUndefined();
  expect(await stand.verify(`${base64url({ alg: 'ES256', kid: 'k1', x: 1 })}.${claims}.${signature}`)).toBeUndefined();
  expect(stand.refused).toEqual(['signature', 'signature', 'signature']);
});

test.each([
  ['of more than 8192 characters', `${'e'.repeat(8000)}.${'e'.repeat(200)}.e`, 'too-large'],
  ['without JSON', 'AAAA.AAAA.AAAA', 'malformed'],
  ['of nothing but an object', `${base64url([])}.${base64url({ iss: ISSUER })}.AAAA`, 'malformed'],
])('a token %s is refused before any key is fetched', async (_, token, reason) => {
  expect(await stand.verify(token)).toBeUndefined();
  expect([stand.refused, provider.asked]).toEqual([[reason], []]);
});

test.each([['ogk_0123'], ['a.b'], ['a.b.c.d'], ['a b.c.d'], ['']])('"%s" is left to others', async (token) => {
  expect(await stand.verify(token)).toBeUndefined();
  expect([stand.refused, provider.asked]).toEqual([[], []]);
});

test.each([
  ['an algorithm with a shared secret', { algorithms: ['HS256' as JwtAlgorithm] }, /algorithms/],
  ['no algorithm', { algorithms: [] }, /algorithms/],
  ['none', { algorithms: ['none' as JwtAlgorithm] }, /algorithms/],
  ['keys over http', { jwksUrl: 'http://id.example.com/keys' }, /https/],
  ['a password in the address of the keys', { jwksUrl: 'https://a:b@id.example.com/keys' }, /password/],
  ['a file of keys', { jwksUrl: 'file:///etc/keys' }, /https/],
  ['no audience', { audience: [] }, /audience/],
  ['no issuer', { issuer: '' }, /issuer/],
])('%s cannot be configured', (_, changes, message) => {
  const good = { issuer: ISSUER, audience: AUDIENCE, jwksUrl: provider.url, subjectOf: () => undefined };
  expect(() => createJwtTokens({ ...good, ...changes })).toThrow(message);
});
