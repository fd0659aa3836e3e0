import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

interface ShareView {
  readonly id: string;
  readonly url?: string;
  readonly state: string;
  readonly revision: number;
  readonly uses: number;
  readonly expiresAt: string;
  readonly label?: string;
  readonly limits: { readonly maxUses?: number };
}

async function body<T>(response: Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

test.each([
  ['an unknown field', { maxUse: 1 }, 400, /maxUse/],
  ['no object', { key: undefined }, 400, /exactly one of key, keys and prefix/],
  ['two kinds of objects', { prefix: 'reports/' }, 400, /exactly one of/],
  ['a prefix without its slash', { key: undefined, prefix: 'reports' }, 400, /must end with/],
  ['two ends', { expiresIn: '1h', expiresAt: '2027-02-01T00:00:00Z' }, 400, /either expiresIn or expiresAt/],
  ['an end in the past', { expiresAt: '2026-01-01T00:00:00Z' }, 400, /in the future/],
  ['a life over the right', { expiresIn: '31d' }, 422, /at most 2592000 s/],
  ['a start after the end', { expiresIn: '1h', notBefore: '2027-01-09T00:00:00Z' }, 400, /notBefore/],
  ['a bad network', { ip: '203.0.113.0/33' }, 400, /203\.0\.113\.0\/33/],
  ['an unknown host', { host: 'evil.example.com' }, 422, /host/],
  ['a key with a line break', { key: 'reports/a\r\nb' }, 400, /control characters/],
  ['a file name with a line break', { filename: 'a\r\nx: y' }, 400, /control characters/],
  ['an object of nobody', { key: 'private/x' }, 403, /may not share/],
  ['a bucket of nobody', { bucket: 'other-bucket' }, 403, /may not share/],
  ['credentials with a limit', { allow: ['credentials'], maxUses: 1 }, 422, /insist/],
])('%s is refused, and why is said', async (_, fields, status, says) => {
  const response = await stand.api('POST', '/v1/shares', { bucket: BUCKET, key: 'reports/a.txt', ...fields });
  const problem = (await response.json()) as { detail: string; requestId: string };
  expect(response.status).toBe(status);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(problem.detail).toMatch(says);
  expect(problem.requestId).toBe(response.headers.get('x-request-id'));
});

test('a share is returned as requested, without its password', async () => {
  const made = await body<Record<string, unknown>>(
    stand.api('POST', '/v1/shares', {
      bucket: BUCKET,
      key: 'reports/a.txt',
      expiresIn: '2h',
      maxUses: 3,
      ip: '203.0.113.0/24',
      password: 'secret-word',
      label: 'for Bob',
      filename: 'a.txt',
    }),
  );
  expect(made).toMatchObject({
    owner: 'alice',
    state: 'active',
    revision: 1,
    limits: { maxUses: 3, ip: ['203.0.113.0/24'], password: true },
    label: 'for Bob',
    expiresAt: new Date(stand.clock.now() + 7_200_000).toISOString(),
  });
  expect(JSON.stringify(made)).not.toContain('secret-word');
});

test('an Idempotency-Key gives the same share again, also at once, and refuses another body', async () => {
  const headers = { 'idempotency-key': 'order-17' };
  const ask = (key: string): Promise<Response> => stand.api('POST', '/v1/shares', { bucket: BUCKET, key }, headers);
  const answers = await Promise.all(Array.from({ length: 5 }, () => body<ShareView>(ask('reports/a.txt'))));
  expect(new Set(answers.map(({ id, url }) => `${id} ${url}`)).size).toBe(1);
  const other = await ask('reports/b.txt');
  expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([422, 'idempotency-key-reused']);
});

test('a share is extended and relabelled only at the revision that was read', async () => {
  const { id } = await stand.share({ expiresIn: '1h' });
  const read = await stand.api('GET', `/v1/shares/${id}`);
  const ifMatch = { 'if-match': read.headers.get('etag') ?? '' };
  const changed = await body<ShareView>(
    stand.api('PATCH', `/v1/shares/${id}`, { expiresIn: '20d', label: 'longer', maxUses: 7 }, ifMatch),
  );
  expect(changed).toMatchObject({ revision: 2, label: 'longer', limits: { maxUses: 7 } });
  expect(changed.expiresAt).toBe(new Date(stand.clock.now() + 20 * 86_400_000).toISOString());
  expect((await stand.api('PATCH', `/v1/shares/${id}`, { label: null }, ifMatch)).status).toBe(412);
  expect((await stand.api('PATCH', `/v1/shares/${id}`, { expiresIn: '31d' })).status).toBe(422);
});

test('maxUses cannot go below what was used', async () => {
  const { id, path } = await stand.share();
  await stand.visit(path);
  await stand.visit(path);
  expect((await stand.api('PATCH', `/v1/shares/${id}`, { maxUses: 1 })).status).toBe(422);
  expect((await stand.api('PATCH', `/v1/shares/${id}`, { maxUses: 2 })).status).toBe(200);
  expect((await stand.visit(path)).status).toBe(410);
});

test('pause stops, resume lets go on, revoke is for good', async () => {
  const { id, path } = await stand.share();
  const steps = [];
  for (const action of ['pause', 'resume', 'revoke', 'revoke', 'resume']) {
    const { status } = await stand.api('POST', `/v1/shares/${id}/${action}`);
    steps.push(`${action} ${status}, then ${(await stand.visit(path)).status}`);
  }
  expect(steps).toEqual([
    'pause 200, then 410',
    'resume 200, then 302',
    'revoke 200, then 410',
    'revoke 200, then 410',
    'resume 409, then 410',
  ]);
});

test('a share begins at notBefore and ends at expiresAt', async () => {
  const begin = new Date(stand.clock.now() + 60_000).toISOString();
  const { path } = await stand.share({ notBefore: begin, expiresIn: '2m' });
  expect((await stand.visit(path)).status).toBe(403);
  stand.clock.advance(60_000);
  expect((await stand.visit(path)).status).toBe(302);
  stand.clock.advance(60_000);
  expect((await stand.visit(path)).status).toBe(410);
});

test('copy gives the same address again', async () => {
  const { id, url } = await stand.share();
  expect((await body<ShareView>(stand.api('POST', `/v1/shares/${id}/copy`))).url).toBe(url);
});

test('a list is paged, newest first, filtered, and without the addresses', async () => {
  const label = 'paged';
  const made: string[] = [];
  for (let n = 0; n < 5; n += 1) {
    stand.clock.advance(1000);
    made.unshift((await stand.share({ label, key: n % 2 === 0 ? 'reports/a.txt' : 'reports/b.txt' })).id);
  }
  const seen: string[] = [];
  let next: string | undefined;
  do {
    const query = new URLSearchParams({ label, limit: '2', ...(next === undefined ? {} : { cursor: next }) });
    const page = await body<{ shares: ShareView[]; next?: string }>(stand.api('GET', `/v1/shares?${query.toString()}`));
    expect(page.shares.every(({ url }) => url === undefined)).toBe(true);
    seen.push(...page.shares.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  expect(seen).toEqual(made);
  const some = await body<{ shares: ShareView[] }>(stand.api('GET', `/v1/shares?label=${label}&prefix=reports/b`));
  expect(some.shares).toHaveLength(2);
});

test('a list says when each share was last used', async () => {
  const label = 'last used';
  const { path } = await stand.share({ label, maxUses: 9 });
  stand.clock.advance(1000);
  await stand.share({ label });
  await stand.visit(path);
  stand.clock.advance(5000);
  await stand.visit(path, {}, '198.51.100.4');
  const lastUse = new Date(stand.clock.now()).toISOString();
  stand.clock.advance(5000);
  const { shares } = await body<{ shares: { lastUsedAt?: string }[] }>(stand.api('GET', `/v1/shares?label=${label}`));
  // Newest first.
  expect(shares.map(({ lastUsedAt }) => lastUsedAt)).toEqual([undefined, lastUse]);
});

test('uses and events say who did what', async () => {
  const { id, path } = await stand.share({ maxUses: 9 });
  await stand.visit(path, { headers: { 'user-agent': 'curl/8' } });
  await stand.visit(path, {}, '198.51.100.4');
  await stand.api('POST', `/v1/shares/${id}/revoke`);
  const { uses } = await body<{ uses: { address: string; agent?: string; key: string }[] }>(
    stand.api('GET', `/v1/shares/${id}/uses`),
  );
  expect(uses.map(({ address }) => address).toSorted()).toEqual(['198.51.100.4', '203.0.113.7']);
  expect(uses.find(({ address }) => address === '203.0.113.7')).toMatchObject({
    agent: 'curl/8',
    key: 'reports/a.txt',
  });
  const { events } = await body<{ events: { kind: string; actor: string }[] }>(
    stand.api('GET', `/v1/shares/${id}/events`),
  );
  expect(events.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
    'share.created alice',
    'share.redeemed 203.0.113.7',
    'share.redeemed 198.51.100.4',
    'share.revoked alice',
  ]);
  const first = await body<{ events: { kind: string }[]; next: string }>(
    stand.api('GET', `/v1/shares/${id}/events?uses=false&limit=1`),
  );
  const last = await body<{ events: { kind: string }[]; next?: string }>(
    stand.api('GET', `/v1/shares/${id}/events?uses=false&limit=1&cursor=${first.next}`),
  );
  expect([first, last].map(({ events: [event] }) => event?.kind)).toEqual(['share.created', 'share.revoked']);
  expect(last.next).toBeUndefined();
  expect((await stand.api('GET', `/v1/shares/${id}/events?uses=no`)).status).toBe(400);
});

test('a batch answers each line in order, and a bad line alone fails', async () => {
  const lines = [
    { bucket: BUCKET, key: 'reports/a.txt' },
    { bucket: BUCKET, key: 'private/a.txt' },
    { bucket: BUCKET, key: 'reports/b.txt', maxUses: 1 },
  ].map((line) => JSON.stringify(line));
  const response = await stand.api('POST', '/v1/shares:batch', [lines[0], 'no json', ...lines.slice(1)].join('\n'), {
    'content-type': 'application/x-ndjson',
  });
  const results = (await response.text())
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { ok: boolean; share?: ShareView; problem?: { code: string } });
  expect(results.map(({ ok, problem }) => (ok ? 'made' : problem?.code))).toEqual([
    'made',
    'invalid-request',
    'not-allowed',
    'made',
  ]);
  expect((await stand.visit(new URL(results[3]?.share?.url ?? '').pathname)).status).toBe(302);
});

test('a batch of more lines than one transaction takes answers each in order, and the bad ones at their seams alone fail', async () => {
  const bad = new Set([0, 666, 667, 999, 1000, 1333, 1334, 2000]);
  const lines = Array.from({ length: 2001 }, (_, n) => {
    return bad.has(n) ? '{}' : JSON.stringify({ bucket: BUCKET, key: `reports/${n}.txt` });
  });
  const response = await stand.api('POST', '/v1/shares:batch', lines.join('\n'), {
    'content-type': 'application/x-ndjson',
  });
  const results = (await response.text()).trim().split('\n');
  const keys = results.map((line) => (JSON.parse(line) as { share?: ShareView & { keys: string[] } }).share?.keys[0]);
  expect(keys).toEqual(lines.map((_, n) => (bad.has(n) ? undefined : `reports/${n}.txt`)));
});

test('a batch gives the result of a line before the next line is sent', async () => {
  const line = new TextEncoder().encode(`${JSON.stringify({ bucket: BUCKET, key: 'reports/a.txt' })}\n`);
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const response = await stand.handler.fetch(
    new Request('https://files.example.com/v1/shares:batch', {
      method: 'POST',
      body: readable,
      duplex: 'half',
      headers: { authorization: `Bearer ${stand.key}`, 'content-type': 'application/x-ndjson' },
    }),
  );
  const [lines, results] = [writable.getWriter(), (response.body ?? readable).getReader()];
  for (let n = 0; n < 3; n += 1) {
    void lines.write(line);
    expect(new TextDecoder().decode((await results.read()).value)).toMatch(/^\{"ok":true.*\}\n$/);
  }
  void lines.close();
  expect((await results.read()).done).toBe(true);
});

test('a batch is read no further than its results are taken', async () => {
  let sent = 0;
  const line = `${JSON.stringify({ bucket: BUCKET, key: 'reports/a.txt' })}\n`;
  const endless = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        sent += 1;
        controller.enqueue(new TextEncoder().encode(line));
      },
    },
    { highWaterMark: 0 },
  );
  const response = await stand.handler.fetch(
    new Request('https://files.example.com/v1/shares:batch', {
      method: 'POST',
      body: endless,
      duplex: 'half',
      headers: { authorization: `Bearer ${stand.key}`, 'content-type': 'application/x-ndjson' },
    }),
  );
  const reader = (response.body ?? endless).getReader();
  for (let n = 0; n < 3; n += 1) await reader.read();
  await reader.cancel();
  expect(sent).toBeLessThan(8);
});

test('the API is described in OpenAPI 3.1, with every route', async () => {
  const document = await body<{ openapi: string; paths: Record<string, object> }>(stand.visit('/openapi.json'));
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths).toSorted()).toEqual([
    '/d/{token}',
    '/d/{token}/credentials',
    '/d/{token}/info',
    '/d/{token}/list',
    '/d/{token}/o/{key}',
    '/g/{token}',
    '/g/{token}/mobile',
    '/g/{token}/uri',
    '/v1/audit/export',
    '/v1/audit/heads',
    '/v1/grant-handles',
    '/v1/grant-handles/{id}/revoke',
    '/v1/grants',
    '/v1/inspect',
    '/v1/me',
    '/v1/objects',
    '/v1/session',
    '/v1/shares',
    '/v1/shares/{id}',
    '/v1/shares/{id}/copy',
    '/v1/shares/{id}/events',
    '/v1/shares/{id}/pause',
    '/v1/shares/{id}/resume',
    '/v1/shares/{id}/revoke',
    '/v1/shares/{id}/uses',
    '/v1/shares:batch',
    '/v1/urls',
  ]);
});
