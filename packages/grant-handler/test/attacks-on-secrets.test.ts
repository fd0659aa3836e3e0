import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createTokens, type TokenKind } from '../src/token.ts';
import { openStand, type Stand, TOKEN_KEYS } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

/** Another digit at this place of a secret, which keeps its form. */
function changed(secret: string, index: number): string {
  const at = index < 0 ? secret.length + index : index;
  return `${secret.slice(0, at)}${secret[at] === 'A' ? 'B' : 'A'}${secret.slice(at + 1)}`;
}

describe('timing: a secret is compared whole, wherever it differs', () => {
  const real = crypto.timingSafeEqual;
  let compared: number[];
  beforeEach(() => {
    compared = [];
    crypto.timingSafeEqual = (a, b) => {
      compared.push(a.byteLength);
      return real(a, b);
    };
    syncBuiltinESMExports();
  });
  afterEach(() => {
    crypto.timingSafeEqual = real;
    syncBuiltinESMExports();
  });

  /** What was compared on the way to a refusal, in bytes. */
  async function comparedBy(attempt: () => unknown): Promise<readonly number[]> {
    compared = [];
    await attempt();
    return compared;
  }

  test.each<[TokenKind]>([['share'], ['handle'], ['session'], ['sign-in']])('the tag of a %s', async (kind) => {
    const tokens = createTokens(TOKEN_KEYS);
    const token = tokens.seal(kind, 'ab'.repeat(16), 1);
    // The tag begins in the 23rd of 44 characters.
    for (const wrong of [token, changed(token, 24), changed(token, 33), changed(token, -2)]) {
      expect(await comparedBy(() => tokens.open(kind, wrong))).toEqual([16]);
    }
  });

  test('an API key', async () => {
    for (const wrong of [stand.key, changed(stand.key, 40), changed(stand.key, -2)]) {
      const ask = (): Promise<Response> => stand.api('GET', '/v1/me', undefined, { authorization: `Bearer ${wrong}` });
      expect(await comparedBy(ask)).toEqual([32]);
    }
  });

  test('a password, of whatever length', async () => {
    const { path } = await stand.share({ password: 'correct horse' });
    for (const password of ['Xorrect horse', 'correct horsX', '', 'c', 'x'.repeat(2000), 'correct horse']) {
      const visit = (): Promise<Response> => stand.visit(path, { method: 'POST', body: JSON.stringify({ password }) });
      // The token of the address before it: once on the way in, and once by the route.
      expect((await comparedBy(visit)).slice(-1)).toEqual([32]);
    }
  });
});

test('enumeration of states: whoever lacks the real token gets one answer, whatever state the share is in', async () => {
  const states: [state: string, expected: string, fields?: Record<string, unknown>][] = [
    ['active', ''],
    ['paused', 'paused'],
    ['revoked', 'revoked'],
    ['not-yet', 'not-yet', { notBefore: new Date(stand.clock.now() + 60_000).toISOString() }],
    ['used-up', 'used-up', { maxUses: 1 }],
    ['expired', 'expired', { expiresIn: 1 }],
  ];
  const shares = [];
  for (const [state, code, fields] of states) {
    const share = await stand.share(fields);
    if (state === 'paused') await stand.api('POST', `/v1/shares/${share.id}/pause`);
    if (state === 'revoked') await stand.api('POST', `/v1/shares/${share.id}/revoke`);
    if (state === 'used-up') await stand.visit(share.path);
    shares.push({ ...share, code });
  }
  stand.clock.advance(1000);
  const answers = new Set<string>();
  for (const { path, code } of shares) {
    const json = { headers: { accept: 'application/json' } };
    const { code: answered = '' } = (await (await stand.visit(path, json)).json()) as { code?: string };
    expect(answered).toBe(code);
    for (const below of ['', '/info', '/list', '/o/reports/a.txt']) {
      for (const method of ['GET', 'HEAD', 'POST']) {
        const response = await stand.visit(`${changed(path, -2)}${below}`, { method });
        const headers = [...response.headers].filter(([name]) => name !== 'x-request-id');
        const text = (await response.text()).replace(/"requestId":"[^"]+"/, '');
        answers.add(JSON.stringify([response.status, headers, method === 'HEAD' ? '' : text]));
      }
    }
  }
  // With a body, and without one for HEAD.
  expect([...answers].toSorted()).toEqual([expect.stringContaining('[404,'), expect.stringContaining('[404,')]);
});

test('formulas in exports: text that a spreadsheet would run stays inside a JSON string', async () => {
  const label = '=HYPERLINK("https://evil.example.com","x")';
  const { id } = await stand.share({ label, filename: '+cmd|calc' });
  const headers = { authorization: `Bearer ${stand.adminKey}` };
  const response = await stand.api('GET', '/v1/audit/export', undefined, headers);
  expect(response.headers.get('content-type')).toBe('application/x-ndjson');
  const lines = (await response.text()).trim().split('\n');
  expect(lines.filter((line) => !line.startsWith('{"'))).toEqual([]);
  const event = lines
    .map((line) => JSON.parse(line) as { subject: string; body: string })
    .find((one) => one.subject === id);
  expect(JSON.parse(event?.body ?? '{}')).toMatchObject({ label, filename: '+cmd|calc' });
});
