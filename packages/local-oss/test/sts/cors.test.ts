import { expect, it } from 'vitest';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { ossTest } from '../../src/vitest.ts';
import { send, stsCall } from '../kit.ts';

const origin = 'http://localhost:5173';
const preflight = { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' };

it('lets pages of configured origins call STS', async () => {
  const oss = await startLocalOss({ stsOrigins: [origin] });
  try {
    const allowed = await send(oss, { method: 'OPTIONS', path: '/', headers: preflight });
    expect([allowed.status, allowed.headers['access-control-allow-origin']]).toEqual([200, origin]);
    for (const Action of ['GetCallerIdentity', 'Unknown']) {
      const answer = await stsCall(oss, { Action }, oss.owner, { origin });
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    }
    const other = await stsCall(oss, { Action: 'GetCallerIdentity' }, oss.owner, { origin: 'http://evil.example' });
    expect(other.headers).not.toHaveProperty('access-control-allow-origin');
  } finally {
    await oss.close();
  }
});

ossTest('lets no page call STS by default', async ({ oss }) => {
  expect((await send(oss, { method: 'OPTIONS', path: '/', headers: preflight })).code).toBe('AccessForbidden');
  const answer = await stsCall(oss, { Action: 'GetCallerIdentity' }, oss.owner, { origin });
  expect(answer.headers).not.toHaveProperty('access-control-allow-origin');
});
