import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApiKeys, createGrantHandler, type Store } from '../src/index.ts';
import { BUCKET, openStand, type Stand, TOKEN_KEYS } from './kit.ts';

const RUNS = Number(process.env['OSSGRANT_RUNS'] ?? 20);
const PROPERTY_MS = 120_000;
/** Between two turns of a property: else a long run reaches the limit of requests in a minute. */
const TURN_MS = 1000;

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

/** A store that fails the test when it is asked. */
const untouchable = new Proxy({} as Store, {
  get: (_, name) => () => {
    throw new Error(`the store was asked to ${String(name)}`);
  },
});

describe('guessing tokens', () => {
  test('is refused without asking the store, and all guesses are refused alike', async () => {
    const blind = stand.another({ store: untouchable });
    const { path } = await stand.share();
    const real = path.slice('/d/'.length);
    const bytes = Buffer.from(real, 'base64url');
    const guesses = [
      randomBytes(33).toString('base64url'),
      real.slice(0, -1),
      `${real}A`,
      ...Array.from({ length: 33 }, (_, index) => {
        const copy = Buffer.from(bytes);
        copy[index] = (copy[index] ?? 0) ^ 1;
        return copy.toString('base64url');
      }),
    ];
    const answers = new Set<string>();
    for (const guess of guesses) {
      const response = await blind.fetch(new Request(`https://files.example.com/d/${guess}`));
      const { requestId, ...problem } = (await response.json()) as Record<string, unknown>;
      expect(requestId).toEqual(expect.any(String));
      answers.add(JSON.stringify(problem));
    }
    expect([...answers]).toEqual([expect.stringContaining('"status":404')]);
  });

  test('gains nothing from a token of another kind or of a key that is not listed', async () => {
    const { path } = await stand.share();
    const token = path.slice('/d/'.length);
    expect((await stand.visit(`/g/${token}`)).status).toBe(404);
    const rotated = stand.another({ tokenKeys: [{ version: 2, key: randomBytes(32) }], store: untouchable });
    expect((await rotated.fetch(new Request(`https://files.example.com${path}`))).status).toBe(404);
    const both = stand.another({ tokenKeys: [{ version: 2, key: randomBytes(32) }, ...TOKEN_KEYS] });
    expect((await both.fetch(new Request(`https://files.example.com${path}`))).status).toBe(302);
  });
});

test("another owner's share looks like none, on every route", async () => {
  const { id } = await stand.share();
  const scopes = [{ bucket: BUCKET, prefix: '', longestSeconds: 3600 }];
  const { key } = await createApiKeys({ store: stand.store, clock: stand.clock }).make(
    { owner: 'mallory', name: 'k', scopes },
    'test',
  );
  const headers = { authorization: `Bearer ${key}` };
  const strange = '0'.repeat(32);
  const routes: [string, string, unknown?][] = [
    ['GET', ''],
    ['PATCH', '', { label: 'mine' }],
    ['POST', '/pause'],
    ['POST', '/resume'],
    ['POST', '/revoke'],
    ['POST', '/copy'],
    ['GET', '/uses'],
    ['GET', '/events'],
  ];
  for (const [method, path, body] of routes) {
    const theirs = await stand.api(method, `/v1/shares/${id}${path}`, body, headers);
    const none = await stand.api(method, `/v1/shares/${strange}${path}`, body, headers);
    expect([method, path, theirs.status, await codeOf(theirs)]).toEqual([method, path, 404, await codeOf(none)]);
  }
  const list = (await (await stand.api('GET', '/v1/shares', undefined, headers)).json()) as { shares: unknown[] };
  expect(list.shares).toEqual([]);
  const handle = await stand.api('POST', '/v1/grant-handles', { bucket: BUCKET, key: 'reports/a.txt' });
  const { id: handleId } = (await handle.json()) as { id: string };
  for (const name of [handleId, strange]) {
    const response = await stand.api('POST', `/v1/grant-handles/${name}/revoke`, undefined, headers);
    expect([response.status, await codeOf(response)]).toEqual([404, 'not-found']);
  }
  const { handles } = (await (await stand.api('GET', '/v1/grant-handles', undefined, headers)).json()) as {
    handles: unknown[];
  };
  expect(handles).toEqual([]);
  for (const path of ['/v1/shares?owner=alice', '/v1/shares?owner=*', '/v1/audit/heads', '/v1/audit/export']) {
    expect((await stand.api('GET', path, undefined, headers)).status, path).toBe(403);
  }
  const admin = { authorization: `Bearer ${stand.adminKey}` };
  expect((await stand.api('GET', `/v1/shares/${id}`, undefined, admin)).status).toBe(200);
  expect((await stand.api('GET', '/v1/shares?owner=*', undefined, admin)).status).toBe(200);
});

describe('keys and file names', () => {
  test(
    'cannot write headers, whatever they hold',
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.string({ minLength: 1, unit: 'binary' }), async (text) => {
          stand.clock.advance(TURN_MS);
          const response = await stand.api('POST', '/v1/shares', {
            bucket: BUCKET,
            key: `reports/${text}`,
            filename: text,
          });
          if (response.status !== 201) {
            expect([400, 422]).toContain(response.status);
            return;
          }
          const { url } = (await response.json()) as { url: string };
          const redeemed = await stand.visit(new URL(url).pathname);
          const location = new URL(redeemed.headers.get('location') ?? '');
          expect(location.origin).toBe(new URL(stand.oss.endpoint).origin);
          expect(decodeURIComponent(location.pathname)).toBe(`/${BUCKET}/reports/${text}`);
        }),
        { numRuns: RUNS },
      );
    },
    PROPERTY_MS,
  );

  test.each([['reports/../private/a'], ['/reports/a'], ['private/reports/a'], ['reports'], ['REPORTS/a']])(
    'the key %s does not slip out of the prefix reports/',
    async (key) => {
      const response = await stand.api('POST', '/v1/shares', { bucket: BUCKET, key });
      if (response.status === 201) {
        // A key that really starts with the prefix: OSS keeps dots as they are, and so does the URL.
        const { url } = (await response.json()) as { url: string };
        const location = (await stand.visit(new URL(url).pathname)).headers.get('location') ?? '';
        expect(location).toContain(`/${BUCKET}/reports%2F..%2Fprivate/a`);
      } else expect([400, 403]).toContain(response.status);
    },
  );
});

test('the redirect and the address of a share never follow what a request says of its host', async () => {
  const { id, url } = await stand.share();
  const headers = {
    'x-forwarded-host': 'evil.example.com',
    'x-forwarded-proto': 'http',
    forwarded: 'host=evil.example.com',
  };
  const copied = (await (await stand.api('POST', `/v1/shares/${id}/copy`, undefined, headers)).json()) as {
    url: string;
  };
  expect(copied.url).toBe(url);
  const elsewhere = await stand.handler.fetch(new Request(url.replace('files.example.com', 'evil.example.com')));
  expect(new URL(elsewhere.headers.get('location') ?? '').origin).toBe(new URL(stand.oss.endpoint).origin);
  for (const query of ['?next=https://evil.example.com', '?url=//evil.example.com', '?host=evil.example.com']) {
    const { headers: answer } = await stand.visit(`${new URL(url).pathname}${query}`);
    expect(answer.get('location')).not.toContain('evil');
  }
});

test('a share names one of the configured hosts, and never an address', async () => {
  const named = stand.another({ hosts: { cdn: { endpoint: 'https://cdn.example.com', addressing: 'cname' } } });
  const make = (host: string): Promise<Response> =>
    named.fetch(
      new Request('https://files.example.com/v1/shares', {
        method: 'POST',
        headers: { authorization: `Bearer ${stand.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ bucket: BUCKET, key: 'reports/a.txt', host }),
      }),
    );
  for (const host of ['http://169.254.169.254', '127.0.0.1', 'CDN', '__proto__', 'constructor', 'toString']) {
    expect((await make(host)).status, host).toBe(422);
  }
  const { url } = (await (await make('cdn')).json()) as { url: string };
  const location = (await named.fetch(new Request(url))).headers.get('location') ?? '';
  expect(new URL(location).host).toBe('cdn.example.com');
});

describe('X-Forwarded-For', () => {
  const ask = async (trustedProxies: string[], remoteAddress: string, forwarded: string): Promise<number> => {
    const { url } = await stand.share({ ip: '203.0.113.7' });
    const behind = stand.another({ trustedProxies });
    const request = new Request(url, { headers: { 'x-forwarded-for': forwarded } });
    return (await behind.fetch(request, { remoteAddress })).status;
  };

  test('counts from a configured proxy only, and only up to the first address that is none', async () => {
    expect(await ask([], '198.51.100.1', '203.0.113.7')).toBe(403);
    expect(await ask(['10.0.0.0/8'], '198.51.100.1', '203.0.113.7')).toBe(403);
    expect(await ask(['10.0.0.0/8'], '10.0.0.1', '203.0.113.7')).toBe(302);
    expect(await ask(['10.0.0.0/8'], '10.0.0.1', '203.0.113.7, 198.51.100.1')).toBe(403);
    expect(await ask(['10.0.0.0/8'], '10.0.0.1', '203.0.113.7, 10.1.1.1')).toBe(302);
    expect(await ask(['10.0.0.0/8'], '::ffff:10.0.0.1', '203.0.113.7')).toBe(302);
    expect(await ask(['10.0.0.0/8'], '10.0.0.1', 'nonsense')).toBe(403);
  });

  test('and a share bound to addresses is refused where the address is unknown', async () => {
    const { url } = await stand.share({ ip: '203.0.113.7' });
    expect((await stand.handler.fetch(new Request(url))).status).toBe(403);
  });
});

test('a body over the limit is refused, announced or not, and so is an endless line of a batch', async () => {
  const large = JSON.stringify({ bucket: BUCKET, key: 'reports/a.txt', label: 'x'.repeat(70_000) });
  expect((await stand.api('POST', '/v1/shares', large)).status).toBe(413);
  const { path } = await stand.share({ password: 'p' });
  expect((await stand.visit(path, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
  const batch = await stand.api('POST', '/v1/shares:batch', `{"bucket":"${'x'.repeat(70_000)}`);
  expect(await batch.text()).toContain('body-too-large');
});

test(
  'text never becomes SQL',
  async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("'", "''; drop table share; --", '\\', '$1', '%', '_', '"', "E'\\x27'", '{', '\u2019'),
        fc.string(),
        async (attack, more) => {
          const label = `${attack}${more}`.replaceAll(/\p{Cc}/gu, '').slice(0, 200);
          stand.clock.advance(TURN_MS);
          const response = await stand.api('POST', '/v1/shares', { bucket: BUCKET, key: 'reports/a.txt', label });
          const made = (await response.json()) as { id: string; label: string };
          expect(made.label).toBe(label);
          const query = new URLSearchParams({ label });
          const { shares } = (await (await stand.api('GET', `/v1/shares?${query.toString()}`)).json()) as {
            shares: { id: string }[];
          };
          expect(shares.map(({ id }) => id)).toContain(made.id);
        },
      ),
      { numRuns: RUNS },
    );
  },
  PROPERTY_MS,
);

test('rates of a subject are limited, and reported', async () => {
  const strict = stand.another({ limits: { requestsPerMinute: 3 } });
  const headers = { authorization: `Bearer ${stand.adminKey}` };
  const ask = (): Promise<Response> => strict.fetch(new Request('https://files.example.com/v1/shares', { headers }));
  stand.clock.advance(61_000);
  const first = await ask();
  expect(first.headers.get('ratelimit')).toBe('limit=3, remaining=2, reset=60');
  await ask();
  await ask();
  const refused = await ask();
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '60']);
  stand.clock.advance(61_000);
  expect((await ask()).status).toBe(200);
});

test('rates of a share are limited on each instance', async () => {
  const { url } = await stand.share();
  const strict = stand.another({ limits: { visitsPerMinute: 2 } });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await strict.fetch(new Request(url))).status);
  expect(statuses).toEqual([302, 302, 429]);
});

test('a revoked, an expired and a wrong API key are refused alike', async () => {
  const keys = createApiKeys({ store: stand.store, clock: stand.clock });
  const scopes = [{ bucket: BUCKET, prefix: '', longestSeconds: 60 }];
  const revoked = await keys.make({ owner: 'x', name: 'revoked', scopes }, 'test');
  await keys.revoke(revoked.id, 'test');
  const expiresAt = new Date(stand.clock.now() + 1000);
  const expired = await keys.make({ owner: 'x', name: 'expired', scopes, expiresAt }, 'test');
  stand.clock.advance(1000);
  for (const key of [revoked.key, expired.key, `${stand.key.slice(0, -2)}AA`, 'ogk_1', '']) {
    const response = await stand.api('GET', '/v1/shares', undefined, { authorization: `Bearer ${key}` });
    expect([response.status, await codeOf(response)]).toEqual([401, 'unauthenticated']);
  }
});

test('a plain http address is refused for the outside, and so are weak token keys', () => {
  const make = (changes: object): void => {
    const options = { publicUrl: 'https://x.example.com', presigners: {}, store: untouchable, tokenKeys: TOKEN_KEYS };
    createGrantHandler({ ...options, authenticate: async () => undefined, authorize: () => 0, ...changes });
  };
  expect(() => make({ publicUrl: 'http://files.example.com' })).toThrow(/must start with https/);
  expect(() => make({ tokenKeys: [] })).toThrow(/at least one key/);
  expect(() => make({ tokenKeys: [{ version: 1, key: new Uint8Array(16) }] })).toThrow(/at least 32 bytes/);
  expect(() => make({ trustedProxies: ['all'] })).toThrow(/must be an address or a network/);
});

test('a wrong method is 405 and names the right ones', async () => {
  const { path } = await stand.share();
  const response = await stand.visit(path, { method: 'DELETE' });
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, POST']);
});
