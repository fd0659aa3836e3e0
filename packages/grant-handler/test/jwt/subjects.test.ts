import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKeys, createAppSessions } from '../../src/index.ts';
import { createJwtTokens, subjectFromClaims } from '../../src/jwt/index.ts';
import { BUCKET, openStand, type Stand } from '../kit.ts';
import {
  AUDIENCE,
  type IdentityProvider,
  ISSUER,
  openJwtStand,
  type SigningKey,
  signingKey,
  startIdentityProvider,
} from './identity-provider.ts';

const ROLES = [
  { role: 'share-reports', bucket: BUCKET, prefix: 'reports/', longestSeconds: 3600 },
  { role: '*', bucket: BUCKET, prefix: 'public/', longestSeconds: 60 },
];

describe('claims become a subject', () => {
  const subjectOf = subjectFromClaims({ rolesClaim: 'realm_access.roles', roles: ROLES, adminRole: 'admin' });

  test.each([
    ['a list inside an object', { realm_access: { roles: ['share-reports'] } }, [3600, 60], false],
    ['an administrator', { realm_access: { roles: ['admin'] } }, [60], true],
    ['no role', {}, [60], false],
    ['roles of another type', { realm_access: { roles: { 'share-reports': true } } }, [60], false],
    ['a claim with that very name', { 'realm_access.roles': 'share-reports x' }, [3600, 60], false],
    ['a list of other things than texts', { realm_access: { roles: [['admin'], 1, null] } }, [60], false],
  ])('%s', (_, claims, lives, admin) => {
    const subject = subjectOf({ sub: 'alice', ...claims });
    expect([subject?.id, subject?.admin, subject?.scopes.map(({ longestSeconds }) => longestSeconds)]).toEqual([
      'jwt:alice',
      admin,
      lives,
    ]);
  });

  test.each([['__proto__.x'], ['constructor.name'], ['sub.length'], ['']])('the path %j leads nowhere', (path) => {
    expect(subjectFromClaims({ subjectClaim: path, roles: ROLES })({ sub: 'alice' })).toBeUndefined();
  });

  test.each([[1], [null], [['alice']], [''], ['a'.repeat(256)], ['a\u0000b']])('the name %j is refused', (sub) => {
    expect(subjectOf({ sub })).toBeUndefined();
  });
});

describe('a handler', () => {
  let stand: Stand;
  let provider: IdentityProvider;
  let key: SigningKey;
  beforeAll(async () => {
    [stand, provider, key] = await Promise.all([openStand(), startIdentityProvider(), signingKey('k1')]);
    provider.keys = [key.jwk];
  }, 120_000);
  afterAll(() => Promise.all([stand.close(), provider.close()]));

  function handlerWithBoth(): ReturnType<Stand['another']> {
    const { store, clock } = stand;
    const keys = createApiKeys({ store, clock });
    const tokens = createJwtTokens({
      issuer: ISSUER,
      audience: AUDIENCE,
      jwksUrl: provider.url,
      subjectOf: subjectFromClaims({ roles: ROLES }),
      clock,
    });
    return stand.another({
      authenticate: async (request) => (await keys.authenticate(request)) ?? tokens.authenticate(request),
      authorize: keys.authorize,
      scopes: keys.scopes,
    });
  }

  async function ask(handler: ReturnType<Stand['another']>, token: string, path: string, body?: object) {
    const response = await handler.fetch(
      new Request(`https://files.example.com${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      }),
    );
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  }

  test('takes API keys and tokens side by side, each within its own scopes and shares', async () => {
    const handler = handlerWithBoth();
    const token = await openJwtStand(provider).sign(key, { claims: { scope: 'openid share-reports' } });
    const share = { bucket: BUCKET, key: 'reports/a.txt', expiresIn: '30m' };
    const made = await ask(handler, token, '/v1/shares', share);
    expect([made.status, made.body['owner']]).toEqual([201, 'jwt:alice']);
    expect((await ask(handler, token, '/v1/shares', { ...share, expiresIn: '2h' })).body['code']).toBe('life-too-long');
    expect((await ask(handler, token, '/v1/shares', { ...share, key: 'secret/a.txt' })).body['code']).toBe(
      'not-allowed',
    );
    expect((await ask(handler, token, '/v1/audit/heads')).body['code']).toBe('not-allowed');
    // The API key's owner is "alice" too, and is somebody else.
    expect((await ask(handler, stand.key, `/v1/shares/${String(made.body['id'])}`)).body['code']).toBe('not-found');
    expect((await ask(handler, token, `/v1/shares/${String(made.body['id'])}`)).status).toBe(200);
    expect((await ask(handler, token, '/v1/me')).body).toMatchObject({ id: 'jwt:alice', admin: false });
  });

  test('refuses a bad token with 401, and answers 503 while the keys cannot be had', async () => {
    const bad = await openJwtStand(provider).sign(key, { claims: { aud: 'another' } });
    expect(await ask(handlerWithBoth(), bad, '/v1/shares')).toMatchObject({
      status: 401,
      body: { code: 'unauthenticated' },
    });
    provider.answer = (_, response) => response.writeHead(500).end();
    const good = await openJwtStand(provider).sign(key);
    expect(await ask(handlerWithBoth(), good, '/v1/shares')).toMatchObject({
      status: 503,
      body: { code: 'identity-unavailable' },
    });
    expect((await ask(handlerWithBoth(), stand.key, '/v1/shares')).status).toBe(200);
    provider.answer = undefined;
  });

  test("uses the application's own sessions, and refuses a change from a foreign page", async () => {
    const subject = { id: 'bob', scopes: [{ bucket: BUCKET, prefix: '', longestSeconds: 3600 }] };
    const sessions = createAppSessions({
      publicUrl: 'https://files.example.com/oss',
      origins: ['https://app.example.com'],
      subjectOf: async (request) => (request.headers.get('cookie') === 'app=1' ? subject : undefined),
    });
    const handler = stand.another({ authenticate: sessions.authenticate });
    const send = async (method: string, headers: Record<string, string>): Promise<number> => {
      const body = method === 'GET' ? null : JSON.stringify({ bucket: BUCKET, key: 'reports/a.txt', expiresIn: '10m' });
      const init = { method, body, headers: { 'content-type': 'application/json', ...headers } };
      return (await handler.fetch(new Request('https://files.example.com/v1/shares', init))).status;
    };
    expect(await send('GET', { cookie: 'app=1' })).toBe(200);
    expect(await send('GET', { cookie: 'app=2' })).toBe(401);
    expect(await send('POST', { cookie: 'app=1', origin: 'https://files.example.com' })).toBe(201);
    expect(await send('POST', { cookie: 'app=1', origin: 'https://app.example.com' })).toBe(201);
    for (const origin of ['https://evil.example.com', 'null', 'https://app.example.com.evil.example']) {
      expect(await send('POST', { cookie: 'app=1', origin })).toBe(403);
    }
    expect(await send('POST', { cookie: 'app=1' })).toBe(403);
    const withPath = {
      publicUrl: 'https://a.example',
      origins: ['https://app.example.com/x'],
      subjectOf: async () => subject,
    };
    expect(() => createAppSessions(withPath)).toThrow(TypeError);
  });
});
