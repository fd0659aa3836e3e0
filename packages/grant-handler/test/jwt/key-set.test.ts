import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  type IdentityProvider,
  type JwtStand,
  openJwtStand,
  type SigningKey,
  signingKey,
  startIdentityProvider,
} from './identity-provider.ts';

let provider: IdentityProvider;
let old: SigningKey;
let fresh: SigningKey;
let stand: JwtStand;
beforeAll(async () => {
  [provider, old, fresh] = await Promise.all([startIdentityProvider(), signingKey('k1'), signingKey('k2')]);
});
beforeEach(() => {
  provider.keys = [old.jwk];
  provider.asked.length = 0;
  provider.answer = undefined;
  stand = openJwtStand(provider);
});
afterAll(() => provider.close());

const MINUTE = 60_000;

describe('a rotation', () => {
  test('a new key is fetched when the first token names it', async () => {
    expect(await stand.verify(await stand.sign(old))).toBe('jwt:alice');
    stand.clock.advance(MINUTE);
    provider.keys = [old.jwk, fresh.jwk];
    expect(await stand.verify(await stand.sign(fresh))).toBe('jwt:alice');
    expect(await stand.verify(await stand.sign(old))).toBe('jwt:alice');
    expect(provider.asked).toHaveLength(2);
  });

  test('a key that was withdrawn verifies nothing from ten minutes later', async () => {
    expect(await stand.verify(await stand.sign(old))).toBe('jwt:alice');
    provider.keys = [fresh.jwk];
    stand.clock.advance(10 * MINUTE - 1);
    expect(await stand.verify(await stand.sign(old))).toBe('jwt:alice');
    stand.clock.advance(1);
    expect(await stand.verify(await stand.sign(old))).toBeUndefined();
    expect(stand.refused).toEqual(['key']);
  });

  test('a withdrawn key ends sooner when a token names a new one', async () => {
    expect(await stand.verify(await stand.sign(old))).toBe('jwt:alice');
    provider.keys = [fresh.jwk];
    stand.clock.advance(MINUTE);
    expect(await stand.verify(await stand.sign(fresh))).toBe('jwt:alice');
    expect(await stand.verify(await stand.sign(old))).toBeUndefined();
  });
});

describe('the address of the keys is spared', () => {
  test('hundreds of invented key ids cost one request in 30 s', async () => {
    await stand.verify(await stand.sign(old));
    stand.clock.advance(MINUTE);
    const invented = await Promise.all(
      Array.from({ length: 300 }, (_, n) => stand.sign(fresh, { header: { kid: `invented-${n}` } })),
    );
    expect(new Set(await Promise.all(invented.map((token) => stand.verify(token))))).toEqual(new Set([undefined]));
    expect(provider.asked).toHaveLength(2);
    stand.clock.advance(29_999);
    await stand.verify(invented[0] ?? '');
    expect(provider.asked).toHaveLength(2);
    stand.clock.advance(1);
    await stand.verify(invented[1] ?? '');
    expect(provider.asked).toHaveLength(3);
  });

  test('a crowd of first tokens shares one request', async () => {
    const tokens = await Promise.all(Array.from({ length: 50 }, () => stand.sign(old)));
    expect(new Set(await Promise.all(tokens.map((token) => stand.verify(token))))).toEqual(new Set(['jwt:alice']));
    expect(provider.asked).toHaveLength(1);
  });

  test('tokens of other issuers cost no request at all', async () => {
    await stand.verify(await stand.sign(fresh, { claims: { iss: 'https://evil.example.com' } }));
    expect(provider.asked).toEqual([]);
  });
});

const FAILURES: readonly (readonly [string, NonNullable<IdentityProvider['answer']>])[] = [
  ['fails', (_, response) => response.writeHead(500).end('down')],
  ['sends elsewhere', (_, response) => response.writeHead(302, { location: '/other' }).end()],
  ['sends no JSON', (_, response) => response.end('<html>')],
  ['sends no key set', (_, response) => response.end('{"keys":{}}')],
  ['sends too much', (_, response) => response.end(`{"keys":[],"x":"${'x'.repeat(300_000)}"}`)],
  ['hangs up', (request) => request.socket.destroy()],
];

describe.each(FAILURES)('an address that %s', (_, answer) => {
  test('gives no key: 503 with the time to wait, and one request in 30 s', async () => {
    provider.answer = answer;
    const token = await stand.sign(old);
    for (let n = 0; n < 3; n += 1) {
      await expect(stand.verify(token)).rejects.toMatchObject({
        code: 'identity-unavailable',
        status: 503,
        headers: { 'retry-after': '30' },
      });
    }
    expect(provider.asked).toEqual(['/keys']);
    provider.answer = undefined;
    stand.clock.advance(30_000);
    expect(await stand.verify(token)).toBe('jwt:alice');
  });

  test('leaves the last keys in use, for an hour at most', async () => {
    await stand.verify(await stand.sign(old));
    provider.answer = answer;
    stand.clock.advance(60 * MINUTE - 1);
    expect(await stand.verify(await stand.sign(old))).toBe('jwt:alice');
    stand.clock.advance(1);
    await expect(stand.verify(await stand.sign(old))).rejects.toMatchObject({ code: 'identity-unavailable' });
  });
});

test('keys of another host are not taken, though the address of ours redirects there', async () => {
  const evil = await startIdentityProvider();
  evil.keys = [fresh.jwk];
  try {
    provider.answer = (_, response) => response.writeHead(307, { location: evil.url }).end();
    await expect(stand.verify(await stand.sign(fresh))).rejects.toMatchObject({ code: 'identity-unavailable' });
    expect(evil.asked).toEqual([]);
  } finally {
    await evil.close();
  }
});
