import { createPresigner } from '@ossgrant/url-presigner';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BUCKET, fetchObject, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
const JSON_ANSWER = { accept: 'application/json' };

async function uses(id: string): Promise<number> {
  return ((await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { uses: number }).uses;
}

async function code(response: Response): Promise<string> {
  return ((await response.json()) as { code: string }).code;
}

function form(fields: Record<string, string>): RequestInit {
  return { method: 'POST', body: new URLSearchParams(fields), headers: BROWSER };
}

describe('R1: HEAD', () => {
  test('redirects to a URL that is signed for HEAD, and counts nothing', async () => {
    const { id, path } = await stand.share({ maxUses: 1 });
    const head = await stand.visit(path, { method: 'HEAD' });
    expect(head.status).toBe(302);
    const object = await fetchObject(head.headers.get('location') ?? '', { method: 'HEAD' });
    expect([object.status, object.headers.get('content-length')]).toEqual([200, '12']);
    expect(await uses(id)).toBe(0);
  });

  test('obeys state, limit, password and address as GET does', async () => {
    const used = await stand.share({ maxUses: 1 });
    await stand.visit(used.path);
    const paused = await stand.share();
    await stand.api('POST', `/v1/shares/${paused.id}/pause`);
    const locked = await stand.share({ password: 'secret' });
    const bound = await stand.share({ ip: '198.51.100.0/24' });
    const statuses = [];
    for (const { path } of [used, paused, locked, bound]) {
      statuses.push((await stand.visit(path, { method: 'HEAD' })).status);
    }
    expect(statuses).toEqual([410, 410, 403, 403]);
  });
});

describe('R2: whoever looks', () => {
  test.each([
    ['a browser', BROWSER],
    ['a navigation', { 'sec-fetch-dest': 'document' }],
    ['a previewer of a chat', { 'user-agent': 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)' }],
    ['a previewer of a phone', { 'user-agent': 'WhatsApp/2.23.20.0 A' }],
  ])('%s gets the page and counts nothing', async (_, headers) => {
    const { id, path } = await stand.share({ maxUses: 1 });
    const page = await stand.visit(path, { headers });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=UTF-8']);
    const text = await page.text();
    expect(text).toContain('<button>Download</button>');
    expect(text).not.toMatch(/<script|a\.txt/);
    expect(await uses(id)).toBe(0);
  });

  test('names the file only where the share allows it', async () => {
    const { path } = await stand.share({ allow: ['filename'], filename: '<b>"quarter"</b>.txt' });
    const text = await (await stand.visit(path, { headers: BROWSER })).text();
    expect(text).toContain('&lt;b&gt;&quot;quarter&quot;&lt;/b&gt;.txt');
  });

  test('learns from the page why a share gives nothing', async () => {
    const { id, path } = await stand.share();
    await stand.api('POST', `/v1/shares/${id}/revoke`);
    const page = await stand.visit(path, { headers: BROWSER });
    expect(page.status).toBe(410);
    expect(await page.text()).toContain('The owner has revoked the share.');
  });
});

describe('R3: any other GET', () => {
  test.each([['*/*'], ['*/*,application/metalink4+xml,application/metalink+xml'], [undefined]])(
    'with Accept %s redeems',
    async (accept) => {
      const { id, path } = await stand.share();
      const response = await stand.visit(path, accept === undefined ? {} : { headers: { accept } });
      expect(response.status).toBe(302);
      expect(await uses(id)).toBe(1);
    },
  );

  test('gets a URL of at most 60 s, cut at the end of the share', async () => {
    const { path } = await stand.share({ expiresIn: 70 });
    const first = (await (await stand.visit(path, { headers: JSON_ANSWER })).json()) as { expiresAt: string };
    expect(Date.parse(first.expiresAt) - stand.clock.now()).toBe(60_000);
    stand.clock.advance(40_000);
    const second = (await (await stand.visit(path, { headers: JSON_ANSWER })).json()) as { expiresAt: string };
    expect(Date.parse(second.expiresAt) - stand.clock.now()).toBe(30_000);
  });

  test('may ask for JSON, which names the URL, the use and what is left', async () => {
    const { path } = await stand.share({ maxUses: 3, filename: 'report.txt' });
    const response = await stand.visit(path, { headers: JSON_ANSWER });
    const answer = (await response.json()) as { url: string; use: string };
    expect(answer).toMatchObject({ key: 'reports/a.txt', repeat: false, usesLeft: 2, filename: 'report.txt' });
    expect(answer.use).toMatch(/^[\w-]{32}$/);
    expect(await (await fetchObject(answer.url)).text()).toBe('content of a');
  });
});

describe('R4: POST', () => {
  test("a form's is answered with 303", async () => {
    const { id, path } = await stand.share();
    const response = await stand.visit(path, form({}));
    expect(response.status).toBe(303);
    expect(await (await fetchObject(response.headers.get('location') ?? '')).text()).toBe('content of a');
    expect(await uses(id)).toBe(1);
  });

  test('a JSON one is answered with 200', async () => {
    const { path } = await stand.share();
    const headers = { 'content-type': 'application/json' };
    const response = await stand.visit(path, { method: 'POST', body: '{}', headers });
    expect([response.status, (await response.json()) as object]).toEqual([
      200,
      expect.objectContaining({ repeat: false }),
    ]);
  });
});

describe('R5: a proof of use', () => {
  const proof = 'A'.repeat(32);

  test('that the client chose makes the same request the same use', async () => {
    const { id, path } = await stand.share({ maxUses: 1 });
    const headers = { 'x-ossgrant-use': proof };
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await stand.visit(path, { headers })).status);
    expect(statuses).toEqual([302, 302, 302]);
    expect(await uses(id)).toBe(1);
    expect((await stand.visit(path)).status).toBe(410);
  });

  test('comes back as a cookie of the share alone, which makes a repeat free', async () => {
    const { id, path } = await stand.share({ maxUses: 1 });
    const first = await stand.visit(path);
    const cookie = first.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      new RegExp(`^__Secure-ossgrant-use=[\\w-]{32}; Path=${path}; Max-Age=3600; HttpOnly; SameSite=Lax; Secure$`),
    );
    const again = await stand.visit(path, { headers: { cookie: `other=1; ${cookie.split(';')[0]}` } });
    expect([again.status, await uses(id)]).toEqual([302, 1]);
  });

  test('is not Secure on plain http of the loopback', async () => {
    const { id } = await stand.share();
    const plain = stand.another({ publicUrl: 'http://127.0.0.1:9999' });
    const copy = await plain.fetch(
      new Request(`http://127.0.0.1:9999/v1/shares/${id}/copy`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stand.key}` },
      }),
    );
    const { url } = (await copy.json()) as { url: string };
    const cookie = (await plain.fetch(new Request(url))).headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(/^ossgrant-use=/);
    expect(cookie).not.toContain('Secure');
  });

  test('is worth nothing on a paused or revoked share', async () => {
    const { id, path } = await stand.share();
    const headers = { 'x-ossgrant-use': proof };
    await stand.visit(path, { headers });
    await stand.api('POST', `/v1/shares/${id}/pause`);
    expect(await code(await stand.visit(path, { headers }))).toBe('paused');
    await stand.api('POST', `/v1/shares/${id}/revoke`);
    expect(await code(await stand.visit(path, { headers }))).toBe('revoked');
  });

  test('ends with the resume window, and then counts as a new use', async () => {
    const { id, path } = await stand.share();
    const headers = { 'x-ossgrant-use': proof };
    await stand.visit(path, { headers });
    stand.clock.advance(3_601_000);
    const later = await stand.visit(path, { headers });
    expect(later.headers.get('x-ossgrant-use')).not.toBe(proof);
    expect(await uses(id)).toBe(2);
  });

  test('is free only so often', async () => {
    const few = stand.another({ resume: { windowMs: 3_600_000, repeats: 2 } });
    const { id, url } = await stand.share({ maxUses: 1 });
    const statuses = [];
    for (let n = 0; n < 5; n += 1) {
      statuses.push((await few.fetch(new Request(url, { headers: { 'x-ossgrant-use': proof } }))).status);
    }
    expect(statuses).toEqual([302, 302, 302, 410, 410]);
    expect(await uses(id)).toBe(1);
  });

  test('that is not 24 bytes is refused before anything is counted', async () => {
    const { id, path } = await stand.share();
    expect(await code(await stand.visit(path, { headers: { 'x-ossgrant-use': 'short' } }))).toBe('invalid-use');
    expect(await uses(id)).toBe(0);
  });
});

test('R6: a Range without a proof is a use like any other', async () => {
  const { path } = await stand.share({ maxUses: 1 });
  const headers = { range: 'bytes=5-' };
  expect((await stand.visit(path, { headers })).status).toBe(302);
  expect((await stand.visit(path, { headers })).status).toBe(410);
});

test('R7: a URL that cannot be signed uses nothing', async () => {
  const { id, path } = await stand.share({ maxUses: 1 });
  const failing = stand.another({
    presigners: {
      [BUCKET]: {
        presign: () => Promise.reject(new Error('no credentials today')),
        presignMany: () => {
          throw new Error('not asked');
        },
      },
    },
  });
  const response = await failing.fetch(new Request(`https://files.example.com${path}`));
  expect([response.status, await code(response)]).toEqual([502, 'signing-failed']);
  expect(await uses(id)).toBe(0);
});

test('R8: a page of a listed origin may read the JSON answer and the proof', async () => {
  const { url } = await stand.share();
  const open = stand.another({ origins: ['https://app.example.com'] });
  const ask = async (origin: string): Promise<string | null> =>
    (await open.fetch(new Request(url, { headers: { ...JSON_ANSWER, origin } }))).headers.get(
      'access-control-allow-origin',
    );
  expect(await ask('https://app.example.com')).toBe('https://app.example.com');
  expect(await ask('https://evil.example.com')).toBeNull();
});

test("R9: the page's policy lets the form lead to the storage, and forbids scripts", async () => {
  const { path } = await stand.share();
  const policy = (await stand.visit(path, { headers: BROWSER })).headers.get('content-security-policy') ?? '';
  expect(policy).toContain(`form-action 'self' ${new URL(stand.oss.endpoint).origin}`);
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
});

test("R10: WeChat's browser is asked to open another one, and uses nothing", async () => {
  const { id, path } = await stand.share();
  const headers = { ...BROWSER, 'user-agent': 'Mozilla/5.0 MicroMessenger/8.0.49 Language/zh_CN' };
  for (const method of ['GET', 'POST']) {
    const text = await (await stand.visit(path, { method, headers })).text();
    expect(text).toContain('Open this page in your browser');
    expect(text).not.toContain('<button>');
  }
  expect(await uses(id)).toBe(0);
});

describe('R11: a preview', () => {
  test('lives for previewSeconds, at most to the end of the share, and is the same use as the download', async () => {
    const { id, path } = await stand.share({ key: 'reports/film.mp4', disposition: 'inline', previewSeconds: 600 });
    const first = await stand.visit(`${path}?preview`, { headers: JSON_ANSWER });
    const preview = (await first.json()) as { url: string; use: string; expiresAt: string };
    expect(Date.parse(preview.expiresAt) - stand.clock.now()).toBe(600_000);
    const shown = await fetchObject(preview.url);
    expect(shown.headers.get('content-disposition') ?? '').toMatch(/^inline/);
    await stand.visit(path, { headers: { ...JSON_ANSWER, 'x-ossgrant-use': preview.use } });
    expect(await uses(id)).toBe(1);
  });

  test.each([
    ['reports/a.txt', 'inline'],
    ['reports/film.mp4', 'attachment'],
  ])('of %s as %s is refused', async (key, disposition) => {
    const { path } = await stand.share({ key, disposition });
    expect(await code(await stand.visit(`${path}?preview`, { headers: JSON_ANSWER }))).toBe('not-possible');
  });
});

describe('R12: a share of several objects', () => {
  const keys = ['reports/a.txt', 'reports/b.txt'];

  test('gives each at its address, and one visit is one use', async () => {
    const { id, path } = await stand.share({ keys, maxUses: 1 });
    const headers = { 'x-ossgrant-use': 'B'.repeat(32) };
    for (const key of keys) {
      const response = await stand.visit(`${path}/o/${key}`, { headers });
      expect(await (await fetchObject(response.headers.get('location') ?? '')).text()).toMatch(/^content of/);
    }
    expect(await uses(id)).toBe(1);
    expect((await stand.visit(`${path}/o/reports/a.txt`)).status).toBe(410);
  });

  test('says where its objects are when none is named', async () => {
    const { path } = await stand.share({ keys });
    expect(await code(await stand.visit(path))).toBe('choose-object');
    const list = (await (await stand.visit(`${path}/list`)).json()) as { objects: { key: string }[] };
    expect(list.objects.map(({ key }) => key)).toEqual(keys);
  });

  test('obeys password and address on every path', async () => {
    const { path } = await stand.share({ keys, password: 'secret', ip: '203.0.113.7' });
    expect(await code(await stand.visit(`${path}/o/reports/a.txt`))).toBe('password-required');
    expect(await code(await stand.visit(`${path}/list`))).toBe('password-required');
    expect(await code(await stand.visit(`${path}/o/reports/a.txt`, {}, '198.51.100.1'))).toBe('address-not-allowed');
  });

  test('of a prefix gives what is below it and nothing else', async () => {
    const { path } = await stand.share({ prefix: 'reports/' });
    expect((await stand.visit(`${path}/o/reports/b.txt`)).status).toBe(302);
    for (const key of ['other/a.txt', 'reports/', 'reports%2F..%2Fother%2Fa.txt', 'reports/%2e%2e/x', 'reports2/a']) {
      expect((await stand.visit(`${path}/o/${key}`)).status, key).toBe(404);
    }
  });
});

describe('R13: a password', () => {
  test('counts in the body of a POST only', async () => {
    const { id, path } = await stand.share({ password: 'open sesame' });
    expect(await code(await stand.visit(`${path}?password=open+sesame`))).toBe('password-required');
    const headers = { 'content-type': 'application/json', accept: 'application/json' };
    const post = (password: string): Promise<Response> =>
      stand.visit(path, { method: 'POST', headers, body: JSON.stringify({ password }) });
    expect(await code(await post('wrong'))).toBe('password-wrong');
    expect(await uses(id)).toBe(0);
    expect((await post('open sesame')).status).toBe(200);
    expect((await stand.visit(path, form({ password: 'open sesame' }))).status).toBe(303);
  });

  test('is asked for again by the page when it was wrong', async () => {
    const { path } = await stand.share({ password: 'open sesame' });
    const page = await stand.visit(path, form({ password: 'wrong' }));
    expect(page.status).toBe(403);
    expect(await page.text()).toMatch(/The password is wrong[^]*type="password"/);
  });

  test('can be guessed a few times only, from one address and from many', async () => {
    const { path } = await stand.share({ password: 'open sesame' });
    const guess = (address: string): Promise<Response> =>
      stand.visit(path, { method: 'POST', body: JSON.stringify({ password: 'x' }) }, address);
    const strict = stand.another({ limits: { passwordAttempts: 2 } });
    const guessStrictly = (address: string): Promise<Response> =>
      strict.fetch(new Request(`https://files.example.com${path}`, { method: 'POST', body: '{"password":"x"}' }), {
        remoteAddress: address,
      });
    for (let n = 0; n < 2; n += 1) expect((await guessStrictly('192.0.2.1')).status).toBe(403);
    const slowed = await guessStrictly('192.0.2.1');
    expect([slowed.status, Number(slowed.headers.get('retry-after'))]).toEqual([429, 900]);
    for (let n = 2; n < 21; n += 1) await guessStrictly(`192.0.2.${n}`);
    expect(await code(await guessStrictly('192.0.2.99'))).toBe('too-many-passwords');
    expect((await guess('192.0.2.200')).status).toBe(403);
  });
});

test('R14: the URL is cut at the end of the credentials that signed it', async () => {
  const { url } = await stand.share();
  const { endpoint, region, owner } = stand.oss;
  const { accessKeyId, accessKeySecret } = owner;
  const credentials = { accessKeyId, accessKeySecret, expiration: new Date(stand.clock.now() + 20_000) };
  const presigner = createPresigner({ endpoint, region, credentials, ifShorter: 'clamp', clock: stand.clock });
  const short = stand.another({ presigners: { [BUCKET]: presigner } });
  const response = await short.fetch(new Request(url, { headers: JSON_ANSWER }));
  const { expiresAt } = (await response.json()) as { expiresAt: string };
  expect(Date.parse(expiresAt)).toBe(credentials.expiration.getTime());
});
