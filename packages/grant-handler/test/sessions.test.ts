import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKeys } from '../src/index.ts';
import { BUCKET, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

const ORIGIN = 'https://files.example.com';

function ask(method: string, path: string, headers: Record<string, string>, body?: object): Promise<Response> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  return stand.handler.fetch(
    new Request(`${ORIGIN}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...headers },
      ...content,
    }),
  );
}

const signIn = (body: object, origin = ORIGIN): Promise<Response> => ask('POST', '/v1/session', { origin }, body);

function cookieOf(response: Response): string {
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

async function keyId(): Promise<string> {
  const scopes = [{ bucket: BUCKET, prefix: 'reports/', longestSeconds: 3600 }];
  const made = await createApiKeys({ store: stand.store, clock: stand.clock }).make(
    { owner: 'alice', name: 'console', scopes },
    'test',
  );
  return made.id;
}

test('an API key signs a browser in, with a cookie that no script and no other site can use', async () => {
  const response = await signIn({ key: stand.key });
  expect(response.status).toBe(204);
  expect(response.headers.get('set-cookie')).toMatch(
    /^__Host-ossgrant-session=[\w-]{44}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/,
  );
  const cookie = cookieOf(response);
  expect((await ask('GET', '/v1/shares', { cookie })).status).toBe(200);
  const made = await ask('POST', '/v1/shares', { cookie, origin: ORIGIN }, { bucket: BUCKET, key: 'reports/a.txt' });
  expect([made.status, ((await made.json()) as { owner: string }).owner]).toEqual([201, 'alice']);
});

test.each([[undefined], ['https://evil.example.com'], ['https://console.files.example.com'], ['null']])(
  'a change from a page of %s is refused, and so is a sign-in',
  async (origin) => {
    const cookie = cookieOf(await signIn({ key: stand.key }));
    const { id } = await stand.share();
    const foreign = origin === undefined ? {} : { origin };
    for (const [method, path] of [
      ['POST', `/v1/shares/${id}/revoke`],
      ['PATCH', `/v1/shares/${id}`],
      ['POST', '/v1/shares:batch'],
      ['DELETE', '/v1/session'],
    ] as const) {
      const response = await ask(method, path, { cookie, ...foreign }, { label: 'x' });
      expect([path, response.status]).toEqual([path, 403]);
    }
    expect((await ask('POST', '/v1/session', foreign, { key: stand.key })).status).toBe(403);
    const share = (await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { state: string; label?: string };
    expect([share.state, share.label]).toEqual(['active', undefined]);
  },
);

describe('a one-time address', () => {
  test('signs in once, of many that try at once', async () => {
    const code = await stand.handler.signInCode(await keyId());
    const statuses = await Promise.all(Array.from({ length: 8 }, async () => (await signIn({ code })).status));
    expect(statuses.toSorted((a, b) => a - b)).toEqual([204, ...Array.from({ length: 7 }, () => 401)]);
  });

  test('ends after two minutes, and with its key', async () => {
    const id = await keyId();
    const late = await stand.handler.signInCode(id);
    stand.clock.advance(120_000);
    expect((await signIn({ code: late })).status).toBe(401);
    const orphan = await stand.handler.signInCode(id);
    await stand.store.revokeKey(id, { at: stand.clock.now(), actor: 'test' });
    expect((await signIn({ code: orphan })).status).toBe(401);
    await expect(stand.handler.signInCode(id)).rejects.toThrow(/valid API key/);
  });

  test('opens no share and no session itself, and a session is not a code', async () => {
    const code = await stand.handler.signInCode(await keyId());
    expect((await stand.visit(`/d/${code}`)).status).toBe(404);
    expect((await ask('GET', '/v1/shares', { cookie: `__Host-ossgrant-session=${code}` })).status).toBe(401);
    const session = cookieOf(await signIn({ key: stand.key })).split('=')[1] ?? '';
    expect((await signIn({ code: session })).status).toBe(401);
  });
});

test.each([
  ['a wrong key', { key: `ogk_${'0'.repeat(32)}_${'A'.repeat(43)}` }, 401],
  ['a guessed code', { code: 'A'.repeat(44) }, 401],
  ['both', { key: 'x', code: 'y' }, 400],
  ['neither', {}, 400],
])('%s is refused, and no cookie is set', async (_, body, status) => {
  const response = await signIn(body);
  expect([response.status, response.headers.get('set-cookie')]).toEqual([status, null]);
});

describe('a session ends', () => {
  test('when its browser signs out, also in a copy of its cookie', async () => {
    const cookie = cookieOf(await signIn({ key: stand.key }));
    const out = await ask('DELETE', '/v1/session', { cookie, origin: ORIGIN });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
    expect((await ask('GET', '/v1/shares', { cookie })).status).toBe(401);
  });

  test('after twelve hours, and is then forgotten', async () => {
    const cookie = cookieOf(await signIn({ key: stand.key }));
    stand.clock.advance(12 * 3_600_000);
    expect((await ask('GET', '/v1/shares', { cookie })).status).toBe(401);
    await stand.store.purge(stand.clock.now());
    const rows = await stand.database.query({ text: 'select count(*)::int as n from session' }, []);
    expect(rows).toEqual([{ n: 0 }]);
  });

  test('when its key is revoked', async () => {
    const id = await keyId();
    const cookie = cookieOf(await signIn({ code: await stand.handler.signInCode(id) }));
    expect((await ask('GET', '/v1/shares', { cookie })).status).toBe(200);
    await stand.store.revokeKey(id, { at: stand.clock.now(), actor: 'test' });
    expect((await ask('GET', '/v1/shares', { cookie })).status).toBe(401);
  });
});
