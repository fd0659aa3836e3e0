import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LandingPage, ListRequest, ObjectPage } from '../src/index.ts';
import { openStand, type Stand } from './kit.ts';

/** Two pages of objects, as a server lists them. */
async function listObjects({ prefix, after }: ListRequest): Promise<ObjectPage> {
  const objects =
    after === undefined
      ? [
          { key: prefix, size: 0 },
          { key: `${prefix}a.txt`, size: 12 },
          { key: `${prefix}<b>&"c".txt`, size: 1234 },
        ]
      : [{ key: `${prefix}sub folder/d.txt`, size: 3 }];
  return { objects, prefixes: [], ...(after === undefined ? { next: 'second page' } : {}) };
}

let stand: Stand;
beforeAll(async () => void (stand = await openStand({ listObjects })), 120_000);
afterAll(() => stand.close());

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

type Init = Omit<RequestInit, 'headers'> & { readonly headers?: Readonly<Record<string, string>> };

async function page(path: string, init: Init = {}): Promise<{ status: number; text: string }> {
  const response = await stand.visit(path, { ...init, headers: { ...BROWSER, ...init.headers } });
  return { status: response.status, text: await response.text() };
}

function form(fields: Record<string, string>): Init {
  return { method: 'POST', body: new URLSearchParams(fields) };
}

/** Where the page's buttons lead. */
function buttons(text: string): string[] {
  return [...text.matchAll(/<button formaction="([^"]*)">/g)].map(([, path = '']) => path.replaceAll('&amp;', '&'));
}

async function uses(id: string): Promise<number> {
  return ((await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { uses: number }).uses;
}

describe('the page of a share of several objects', () => {
  const keys = ['reports/a.txt', 'reports/b.txt'];

  test('has a button for each, which downloads it', async () => {
    const { id, path } = await stand.share({ keys });
    const { text } = await page(path);
    expect(buttons(text)).toEqual([`${path}/o/reports/a.txt`, `${path}/o/reports/b.txt`]);
    expect(await uses(id)).toBe(0);
    const sent = await stand.visit(buttons(text)[1] ?? '', { ...form({}), headers: BROWSER });
    expect([sent.status, sent.headers.get('location')]).toEqual([303, expect.stringContaining('reports/b.txt')]);
  });

  test('shows their names to nobody without the password, and then keeps it for their buttons', async () => {
    const { id, path } = await stand.share({ keys, password: 'open "sesame"' });
    const locked = await page(path);
    expect(locked.text).toContain('type="password"');
    expect(locked.text).not.toMatch(/a\.txt|b\.txt/);
    const wrong = await page(path, form({ password: 'wrong' }));
    expect([wrong.status, buttons(wrong.text)]).toEqual([403, []]);
    const open = await page(path, form({ password: 'open "sesame"' }));
    expect(open.text).toContain('type="hidden" name="password" value="open &quot;sesame&quot;"');
    expect(buttons(open.text)).toHaveLength(2);
    expect(await uses(id)).toBe(0);
    const sent = await stand.visit(buttons(open.text)[0] ?? '', form({ password: 'open "sesame"' }));
    expect([sent.status, await uses(id)]).toEqual([303, 1]);
  });

  test.each([
    ['a previewer', { 'user-agent': 'Slackbot-LinkExpanding 1.0' }, undefined],
    ['a visitor from elsewhere', {}, '203.0.113.7'],
  ])('shows their names to %s only where the share allows it', async (_, headers, ip) => {
    const { path } = await stand.share({ keys, ...(ip === undefined ? {} : { ip: '198.51.100.1' }) });
    expect((await page(path, { headers })).text).not.toMatch(/a\.txt/);
  });

  test('refuses to name them once the share is revoked, whatever is sent', async () => {
    const { id, path } = await stand.share({ keys, password: 'p' });
    await stand.api('POST', `/v1/shares/${id}/revoke`);
    for (const init of [{}, form({ password: 'p' })]) {
      const { status, text } = await page(path, init);
      expect(status).toBe(410);
      expect(text).not.toMatch(/a\.txt|<form/);
    }
  });
});

describe('the page of a prefix', () => {
  test('lists what is below it now, escaped, page after page', async () => {
    const { path } = await stand.share({ prefix: 'reports/' });
    const { text } = await page(path);
    expect(text).toContain('Download &lt;b&gt;&amp;&quot;c&quot;.txt</button>, 1,234 bytes');
    const [first, second, more = ''] = buttons(text);
    expect([first, second]).toEqual([`${path}/o/reports/a.txt`, `${path}/o/reports/%3Cb%3E%26%22c%22.txt`]);
    const next = await page(more, form({}));
    expect(buttons(next.text)).toEqual([`${path}/o/reports/sub%20folder/d.txt`]);
    expect((await stand.visit(buttons(next.text)[0] ?? '', form({}))).status).toBe(303);
  });

  test('says so where the server lists nothing, or cannot now', async () => {
    const { url } = await stand.share({ prefix: 'reports/' });
    const silent = stand.another();
    const broken = stand.another({ listObjects: () => Promise.reject(new Error('storage is away')) });
    const ask = (handler: typeof silent): Promise<Response> => handler.fetch(new Request(url, { headers: BROWSER }));
    expect((await ask(silent)).status).toBe(200);
    const response = await ask(broken);
    expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('cannot be listed now')]);
  });
});

describe('the list of a share', () => {
  test('gives keys without a size that nobody looked up, and sizes of a prefix', async () => {
    const named = await stand.share({ keys: ['reports/a.txt', 'reports/gone.txt'] });
    const below = await stand.share({ prefix: 'reports/' });
    const list = async (path: string): Promise<unknown> =>
      ((await (await stand.visit(`${path}/list`)).json()) as { objects: unknown }).objects;
    expect(await list(named.path)).toEqual([{ key: 'reports/a.txt' }, { key: 'reports/gone.txt' }]);
    expect(await list(below.path)).toContainEqual({ key: 'reports/a.txt', size: 12 });
  });

  test('is had with a password by POST, and a long list of visits with the right one is not slowed', async () => {
    const { id, path } = await stand.share({ keys: ['reports/a.txt', 'reports/b.txt'], password: 'sesame' });
    const post = (password: string): Promise<Response> =>
      stand.visit(`${path}/list`, { method: 'POST', body: JSON.stringify({ password }) });
    expect((await stand.visit(`${path}/list`)).status).toBe(403);
    expect((await post('wrong')).status).toBe(403);
    const statuses = [];
    for (let n = 0; n < 12; n += 1) statuses.push((await post('sesame')).status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(await uses(id)).toBe(0);
  });

  test('and the facts are answered to HEAD too, without a body and a use', async () => {
    const { id, path } = await stand.share({ keys: ['reports/a.txt', 'reports/b.txt'], maxUses: 1 });
    for (const below of ['/list', '/info']) {
      const response = await stand.visit(path + below, { method: 'HEAD' });
      expect([response.status, await response.text()]).toEqual([200, '']);
    }
    expect(await uses(id)).toBe(0);
  });

  test('is refused a body without end on every path of a share', async () => {
    const { path } = await stand.share({ keys: ['reports/a.txt', 'reports/b.txt'], password: 'p' });
    for (const below of ['', '/list', '/credentials', '/o/reports/a.txt']) {
      expect((await stand.visit(path + below, { method: 'POST', body: 'x'.repeat(70_000) })).status).toBe(413);
    }
  });
});

test('its style is the one that its policy allows', async () => {
  const { path } = await stand.share();
  const response = await stand.visit(path, { headers: BROWSER });
  const [, style = ''] = /<style>([^]*)<\/style>/.exec(await response.text()) ?? [];
  const hash = createHash('sha256').update(style).digest('base64');
  expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
});

test('another page is rendered from facts, with a policy of its own', async () => {
  const pages: LandingPage[] = [];
  const branded = stand.another({
    landing(facts, request) {
      pages.push(facts);
      return { html: `<p>${request.headers.get('accept-language')}</p>`, policy: "default-src 'self'" };
    },
  });
  const { url, path } = await stand.share({ allow: ['filename'], maxUses: 3, notBefore: '2027-01-02T00:00:00Z' });
  const headers = { ...BROWSER, 'accept-language': 'zh-CN' };
  const response = await branded.fetch(new Request(url, { headers }));
  expect([response.status, await response.text()]).toEqual([403, '<p>zh-CN</p>']);
  expect(response.headers.get('content-security-policy')).toBe("default-src 'self'");
  expect(pages).toEqual([
    {
      path,
      state: 'not-yet',
      notBefore: new Date('2027-01-02T00:00:00Z'),
      expiresAt: new Date('2027-01-08T00:00:00Z'),
      usesLeft: 3,
      filename: 'a.txt',
      needsPassword: false,
      several: false,
      objects: [],
      openElsewhere: false,
    },
  ]);
});
