import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import { createGrantClient, type GrantClient, type GrantClientOptions } from '../src/client/index.ts';
import { BUCKET, openStand, type Stand } from './kit.ts';

const URL_OF_STAND = 'https://files.example.com';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

function client(options: Partial<GrantClientOptions> = {}): GrantClient {
  return createGrantClient({
    url: URL_OF_STAND,
    key: stand.key,
    fetch: (request) => stand.handler.fetch(request, { remoteAddress: '203.0.113.7' }),
    ...options,
  });
}

describe('the typed client', () => {
  test('makes a share, changes it by its revision, finds it in the list, and revokes it', async () => {
    const made = await client().POST('/v1/shares', {
      body: { bucket: BUCKET, key: 'reports/a.txt', maxUses: 2, label: 'typed' },
      params: { header: { 'idempotency-key': 'once' } },
    });
    expect(made.response.status).toBe(201);
    const { id = '', revision = 0 } = made.data ?? {};
    expectTypeOf(made.data?.limits.maxUses).toEqualTypeOf<number | undefined>();

    const params = { path: { id }, header: { 'if-match': `"${revision}"` } };
    const changed = await client().PATCH('/v1/shares/{id}', { params, body: { maxUses: 5 } });
    expect(changed.data?.limits.maxUses).toBe(5);

    const { data } = await client().GET('/v1/shares', { params: { query: { label: 'typed', limit: 10 } } });
    expect(data?.shares.map((share) => [share.id, share.state])).toEqual([[id, 'active']]);

    const revoked = await client().POST('/v1/shares/{id}/revoke', { params: { path: { id } } });
    expect(revoked.data?.state).toBe('revoked');
  });

  test('redeems a share as JSON, without a key and without following a redirect', async () => {
    const { path } = await stand.share({ maxUses: 1 });
    const params = { path: { token: path.split('/').at(-1) ?? '' } };
    const recipient = createGrantClient({
      url: URL_OF_STAND,
      fetch: (request) => {
        expect(request.headers.has('authorization')).toBe(false);
        return stand.handler.fetch(request);
      },
    });
    const { data } = await recipient.GET('/d/{token}', { params });
    if (typeof data !== 'object') throw new Error('a page instead of JSON');
    expect(data).toMatchObject({ key: 'reports/a.txt', usesLeft: 0 });
    const { error, response } = await recipient.GET('/d/{token}', { params });
    expect([response.status, error?.code]).toEqual([410, 'used-up']);
  });

  test('gives a refusal as `error`, with its code, and no data', async () => {
    const { data, error } = await client({ key: 'ogk_wrong' }).GET('/v1/me');
    expect([data, error?.code]).toEqual([undefined, 'unauthenticated']);
    expect((await client().GET('/v1/me')).data?.id).toBe('alice');
  });

  test('streams a batch', async () => {
    const lines = ['reports/a.txt', 'reports/b.txt'].map((key) => `${JSON.stringify({ bucket: BUCKET, key })}\n`);
    const { data } = await client().POST('/v1/shares:batch', {
      body: lines.join(''),
      bodySerializer: String,
      headers: { 'content-type': 'application/x-ndjson' },
      parseAs: 'text',
    });
    expect(data?.trim().split('\n')).toEqual([
      expect.stringContaining('"ok":true'),
      expect.stringContaining('"ok":true'),
    ]);
  });

  test.each(['http://files.example.com', 'files.example.com', 'ftp://files.example.com', ''])(
    'refuses the address "%s", on which a key would be read',
    (url) => {
      expect(() => createGrantClient({ url, key: stand.key })).toThrow(/must start with https:/);
    },
  );

  test('takes a loopback address, where a server is tried', () => {
    expect(createGrantClient({ url: 'http://127.0.0.1:8787' }).GET).toBeTypeOf('function');
  });
});
