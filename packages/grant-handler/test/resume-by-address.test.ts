import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

const HERE = '203.0.113.7';

function get(path: string, from: number | undefined, address = HERE, agent: string | undefined = 'Wget/1.24') {
  const range = from === undefined ? {} : { range: `bytes=${from}-` };
  const headers = { ...range, ...(agent === undefined ? {} : { 'user-agent': agent }) };
  return stand.visit(path, { headers }, address);
}

test('the rest of an object is the same use for the same address and program, and hands out no proof of it', async () => {
  const { id, path } = await stand.share({ maxUses: 1, resume: 'address' });
  expect((await get(path, undefined)).status).toBe(302);
  const rest = await get(path, 7);
  expect([rest.status, rest.headers.get('set-cookie'), rest.headers.get('x-ossgrant-use')]).toEqual([302, null, null]);
  const share = (await (await stand.api('GET', `/v1/shares/${id}`)).json()) as { uses: number; resume: string };
  expect([share.uses, share.resume]).toEqual([1, 'address']);
});

test.each([
  ['from its start', 0, HERE, 'Wget/1.24'],
  ['without Range', undefined, HERE, 'Wget/1.24'],
  ['from another address', 7, '203.0.113.8', 'Wget/1.24'],
  ['by another program', 7, HERE, 'curl/8.5'],
  ['by a program that does not say its name', 7, HERE, ''],
])('a request %s is a use of its own', async (_, from, address, agent) => {
  const { path } = await stand.share({ maxUses: 1, resume: 'address' });
  expect((await get(path, undefined)).status).toBe(302);
  expect((await get(path, from, address, agent)).status).toBe(410);
});

test('so is one for another object, and one on a share that does not allow it', async () => {
  const several = await stand.share({ keys: ['reports/a.txt', 'reports/b.txt'], maxUses: 1, resume: 'address' });
  expect((await get(`${several.path}/o/reports/a.txt`, undefined)).status).toBe(302);
  expect((await get(`${several.path}/o/reports/b.txt`, 7)).status).toBe(410);
  expect((await get(`${several.path}/o/reports/a.txt`, 7)).status).toBe(302);
  const strict = await stand.share({ maxUses: 1 });
  await get(strict.path, undefined);
  expect((await get(strict.path, 7)).status).toBe(410);
});

test('it ends with the resume window, and with the share', async () => {
  const { id, path } = await stand.share({ resume: 'address', maxUses: 2 });
  await get(path, undefined);
  stand.clock.advance(3_600_001);
  expect((await get(path, 7)).status).toBe(302);
  expect((await (await stand.api('GET', `/v1/shares/${id}`)).json()) as object).toMatchObject({ uses: 2 });
  await stand.api('POST', `/v1/shares/${id}/revoke`);
  expect((await get(path, 7)).status).toBe(410);
});
