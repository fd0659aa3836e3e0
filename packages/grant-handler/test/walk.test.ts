import { afterAll, beforeAll, expect, test } from 'vitest';
import { fetchObject, openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

test('a share is made, redeemed, counted, revoked, and then refused', async () => {
  const { id, path } = await stand.share({ maxUses: 5 });
  const redeemed = await stand.visit(path);
  expect(redeemed.status).toBe(302);
  expect(redeemed.headers.get('cache-control')).toBe('no-store');
  expect(redeemed.headers.get('referrer-policy')).toBe('no-referrer');
  const object = await fetchObject(redeemed.headers.get('location') ?? '');
  expect([object.status, await object.text()]).toEqual([200, 'content of a']);

  const seen = (await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { uses: number };
  expect(seen.uses).toBe(1);
  expect((await stand.api('POST', `/v1/shares/${id}/revoke`)).status).toBe(200);

  const refused = await stand.visit(path);
  expect(refused.status).toBe(410);
  expect(await refused.json()).toMatchObject({ code: 'revoked', status: 410 });
});
