import { createPresigner } from '@ossgrant/url-presigner';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, fetchObject, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 60_000);
afterAll(() => stand.close());

interface Signed {
  readonly key: string;
  readonly url?: string;
  readonly expiresAt: string;
  readonly limitedBy: string;
  readonly warnings: readonly { readonly code: string }[];
}

async function sign(
  fields: Record<string, unknown>,
): Promise<{ status: number; urls: readonly Signed[]; code?: string }> {
  const response = await stand.api('POST', '/v1/urls', { bucket: BUCKET, ...fields });
  return { status: response.status, urls: [], ...((await response.json()) as object) };
}

test('a direct URL downloads the object under the name that was asked for', async () => {
  const { status, urls } = await sign({ key: 'reports/a.txt', expiresIn: '1h', filename: 'q3 报告.txt' });
  expect(status).toBe(201);
  const response = await fetchObject(urls[0]?.url ?? '');
  expect([response.status, await response.text()]).toEqual([200, 'content of a']);
  expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''q3%20%E6%8A%A5%E5%91%8A.txt");
  expect(urls[0]?.expiresAt).toBe(new Date(stand.clock.now() + 3_600_000).toISOString());
});

test('a URL is cut at seven days, and says so', async () => {
  const { urls } = await sign({ key: 'reports/a.txt', expiresIn: '8d' });
  expect(urls[0]).toMatchObject({ limitedBy: 'signature-version' });
  expect(Date.parse(urls[0]?.expiresAt ?? '')).toBe(stand.clock.now() + 7 * 86_400_000);
});

test('a dry run returns the end without a URL, and leaves no trace in the audit', async () => {
  const { status, urls } = await sign({ keys: ['reports/a.txt', 'reports/b.txt'], expiresIn: 600, dryRun: true });
  expect(status).toBe(201);
  expect(urls.map(({ key, url, limitedBy }) => ({ key, url, limitedBy }))).toEqual([
    { key: 'reports/a.txt', url: undefined, limitedBy: 'request' },
    { key: 'reports/b.txt', url: undefined, limitedBy: 'request' },
  ]);
  const kinds = async (): Promise<readonly unknown[]> =>
    stand.database.query({ text: 'select 1 from audit_event where kind = $1' }, ['url.signed']);
  const before = (await kinds()).length;
  await sign({ key: 'reports/a.txt', dryRun: true });
  expect((await kinds()).length).toBe(before);
  await sign({ key: 'reports/a.txt' });
  expect((await kinds()).length).toBe(before + 1);
});

test.each([
  ['an object outside the scope', { key: 'secret.txt' }, 'not-allowed'],
  ['a life beyond the scope', { key: 'reports/a.txt', expiresIn: '31d' }, 'life-too-long'],
  ['a page to be shown inline', { key: 'reports/a.html', disposition: 'inline' }, 'inline-markup'],
  ['a prefix, which no URL can sign', { prefix: 'reports/' }, 'invalid-request'],
  ['one name for several objects', { keys: ['reports/a.txt', 'reports/b.txt'], filename: 'x' }, 'invalid-request'],
  ['V1 where it is not configured', { key: 'reports/a.txt', version: 'v1' }, 'not-possible'],
  ['a host that is not configured', { key: 'reports/a.txt', host: 'internal' }, 'not-possible'],
])('refuses %s', async (_, fields, code) => {
  expect((await sign(fields)).code).toBe(code);
});

test('V1 signs where it is configured, with its warning, and never a key with "?"', async () => {
  const { oss } = stand;
  const { endpoint, region, owner: credentials } = oss;
  const place = { endpoint, region, addressing: 'path', credentials, ifShorter: 'clamp', version: 'v1' } as const;
  const v1 = createPresigner({ ...place, clock: stand.clock });
  const handler = stand.another({ v1Presigners: { [BUCKET]: v1 } });
  const ask = async (key: string): Promise<{ urls: readonly Signed[]; code?: string; reason?: string }> => {
    const response = await handler.fetch(
      new Request('https://files.example.com/v1/urls', {
        method: 'POST',
        headers: { authorization: `Bearer ${stand.key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ bucket: BUCKET, key, version: 'v1' }),
      }),
    );
    return (await response.json()) as { urls: readonly Signed[] };
  };
  const { urls } = await ask('reports/a.txt');
  expect(urls[0]?.warnings.map(({ code }) => code)).toEqual(['V1_IS_RETIRING']);
  expect((await fetchObject(urls[0]?.url ?? '')).status).toBe(200);
  expect(await ask('reports/a?b.txt')).toMatchObject({ code: 'not-possible', reason: 'KEY_AMBIGUOUS_IN_V1' });
});

test('the caller learns where it may share, and what the server can do', async () => {
  expect(await (await stand.api('GET', '/v1/me')).json()).toEqual({
    id: 'alice',
    admin: false,
    scopes: [],
    hosts: [],
    versions: ['v4'],
    credentials: true,
  });
  const scopes = [{ bucket: BUCKET, prefix: 'reports/', longestSeconds: 60 }];
  const handler = stand.another({ scopes: () => [...scopes, { bucket: 'elsewhere', prefix: '', longestSeconds: 60 }] });
  const response = await handler.fetch(
    new Request('https://files.example.com/v1/me', { headers: { authorization: `Bearer ${stand.key}` } }),
  );
  expect(await response.json()).toMatchObject({ scopes });
});
