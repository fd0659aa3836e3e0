import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call, send } from '../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('cors-bucket', 'a.txt', 'hello world');
  oss.configureBucket('cors-bucket', {
    cors: [
      {
        allowedOrigins: ['https://*.example.com'],
        allowedMethods: ['GET', 'PUT'],
        allowedHeaders: ['authorization', 'x-oss-*'],
        exposeHeaders: ['ETag', 'x-oss-hash-crc64ecma'],
        maxAgeSeconds: 600,
      },
    ],
  });
});
afterAll(() => oss.close());

const preflight = (headers: Record<string, string>) =>
  send(oss, { method: 'OPTIONS', path: '/cors-bucket/a.txt', headers });
const origin = 'https://app.example.com';

it('answers a preflight without a signature', async () => {
  const answer = await preflight({
    origin,
    'access-control-request-method': 'PUT',
    'access-control-request-headers': 'Authorization, x-oss-date,x-oss-user-agent,x-oss-content-sha256',
  });
  expect(answer.status).toBe(200);
  expect(answer.headers).toMatchObject({
    'access-control-allow-origin': origin,
    'access-control-allow-methods': 'GET, PUT',
    'access-control-allow-headers': 'authorization, x-oss-date, x-oss-user-agent, x-oss-content-sha256',
    'access-control-expose-headers': 'ETag, x-oss-hash-crc64ecma',
    'access-control-max-age': '600',
    vary: 'Origin',
  });
});

it.each<[Record<string, string>, number, string]>([
  [{ origin: 'https://evil.test', 'access-control-request-method': 'GET' }, 403, 'AccessForbidden'],
  [{ origin, 'access-control-request-method': 'DELETE' }, 403, 'AccessForbidden'],
  [
    { origin, 'access-control-request-method': 'GET', 'access-control-request-headers': 'x-other' },
    403,
    'AccessForbidden',
  ],
  [{ origin }, 400, 'BadRequest'],
  [{ 'access-control-request-method': 'GET' }, 400, 'BadRequest'],
])('refuses the preflight %j', async (headers, status, code) => {
  expect(await preflight(headers)).toMatchObject({ status, code });
});

it('lets a page read why it was refused', async () => {
  const refused = await send(oss, { method: 'GET', path: '/cors-bucket/a.txt', headers: { origin } });
  expect(refused.status).toBe(403);
  expect(refused.headers['access-control-allow-origin']).toBe(origin);
});

it('exposes headers on real answers, and adds nothing for other origins', async () => {
  const ask = { bucket: 'cors-bucket', key: 'a.txt' };
  const allowed = await call(oss, { ...ask, scheme: 'v4-header', headers: { origin } });
  expect(allowed.headers).toMatchObject({
    'access-control-allow-methods': 'GET, PUT',
    'access-control-expose-headers': 'ETag, x-oss-hash-crc64ecma',
    'access-control-max-age': '600',
  });
  const other = await call(oss, { ...ask, scheme: 'v4-header', headers: { origin: 'https://evil.test' } });
  expect(other.headers).not.toHaveProperty('access-control-allow-origin');
});
