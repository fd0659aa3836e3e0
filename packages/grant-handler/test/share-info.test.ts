import { afterAll, beforeAll, expect, test } from 'vitest';
import { openStand, type Stand } from './kit.ts';

let stand: Stand;
beforeAll(async () => void (stand = await openStand()), 120_000);
afterAll(() => stand.close());

async function info(path: string, init: RequestInit = {}): Promise<Record<string, unknown>> {
  return (await (await stand.visit(`${path}/info`, init)).json()) as Record<string, unknown>;
}

const withPassword = (password: string): RequestInit => ({ method: 'POST', body: JSON.stringify({ password }) });

test('says what the storage says of the object, and who shares it, without a use', async () => {
  const { id, path } = await stand.share({ label: 'From Ann', maxUses: 2 });
  expect(await info(path)).toMatchObject({
    state: 'active',
    filename: 'a.txt',
    label: 'From Ann',
    usesLeft: 2,
    size: 12,
    crc64: expect.stringMatching(/^\d{5,20}$/),
  });
  expect(await (await stand.api('GET', `/v1/shares/${id}`)).json()).toMatchObject({ uses: 0 });
});

test('describes an object behind a password only with it', async () => {
  const { path } = await stand.share({ label: 'From Ann', password: 'open' });
  const locked = await info(path);
  expect(locked).toMatchObject({ password: true, state: 'active' });
  for (const name of ['filename', 'label', 'size', 'contentType', 'crc64']) expect(locked).not.toHaveProperty(name);
  expect(await info(path, withPassword('open'))).toMatchObject({ filename: 'a.txt', label: 'From Ann', size: 12 });
  expect(await info(path, withPassword('wrong'))).toMatchObject({ status: 403, code: 'password-wrong' });
});

test('says less where the storage gives nothing', async () => {
  const { path } = await stand.share({ key: 'reports/missing.txt' });
  const facts = await info(path);
  expect(facts).toMatchObject({ state: 'active', filename: 'missing.txt' });
  expect(facts).not.toHaveProperty('size');
});

test('names with credentials the objects that they open, and where those are', async () => {
  const handler = stand.another({
    sts: { ...stand.sts, endpoint: { endpoint: stand.oss.endpoint, addressing: 'path' } },
  });
  const { path } = await stand.share({ allow: ['credentials'] });
  const response = await handler.fetch(new Request(`https://files.example.com${path}/credentials`, { method: 'POST' }));
  expect(await response.json()).toMatchObject({
    bucket: 'reports-bucket',
    keys: ['reports/a.txt'],
    endpoint: { endpoint: stand.oss.endpoint, addressing: 'path' },
  });
});

test('shows the page of a share that is used up to whoever has the proof of its use, and to nobody else', async () => {
  const { path } = await stand.share({ maxUses: 1 });
  const used = await stand.visit(path);
  const [cookie = ''] = (used.headers.get('set-cookie') ?? '').split(';', 1);
  const accept = 'text/html';
  expect((await stand.visit(path, { headers: { accept, cookie } })).status).toBe(200);
  expect(await info(path, { headers: { cookie } })).toMatchObject({ state: 'active', size: 12 });
  expect((await stand.visit(path, { headers: { accept } })).status).toBe(410);
  expect(await info(path)).toMatchObject({ state: 'used-up' });
});
