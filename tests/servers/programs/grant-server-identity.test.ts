import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, type Servers, startServers } from './start-servers.ts';

const ISSUER = 'https://id.example.com';

let keys: Server;
let servers: Servers;
const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
beforeAll(async () => {
  const set = { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256', use: 'sig' }] };
  keys = createServer((_, response) => response.end(JSON.stringify(set)));
  await once(keys.listen(0, '127.0.0.1'), 'listening');
  servers = await startServers(1, {
    GRANT_JWT_ISSUER: ISSUER,
    GRANT_JWT_AUDIENCE: 'ossgrant',
    GRANT_JWT_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`,
    GRANT_JWT_SCOPES: `editor=${BUCKET}/reports/=30`,
    GRANT_JWT_ROLES: 'groups',
  });
}, 120_000);
afterAll(async () => {
  keys.closeAllConnections();
  keys.close();
  await servers.close();
});

/** Signs as an issuer does, by no library that verifies. */
function token(claims: object): string {
  const iat = Math.floor(Date.now() / 1000);
  const all = { iss: ISSUER, aud: 'ossgrant', sub: 'u-1', iat, exp: iat + 60, groups: ['editor'], ...claims };
  const text = [{ alg: 'ES256', kid: 'k1' }, all].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  const key = {
    key: createPrivateKey(pair.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    dsaEncoding: 'ieee-p1363' as const,
  };
  return [...text, sign('sha256', Buffer.from(text.join('.')), key).toString('base64url')].join('.');
}

async function share(bearer: string, key = 'reports/a.txt'): Promise<{ status: number; body: Record<string, string> }> {
  const response = await fetch(`${servers.urls[0]}/v1/shares`, {
    method: 'POST',
    headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' },
    body: JSON.stringify({ bucket: BUCKET, key, expiresIn: '1h' }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, string> };
}

test('a user of the sign-in makes a share that works, within the roles that the environment maps', async () => {
  const made = await share(token({}));
  expect([made.status, made.body['owner']]).toEqual([201, 'jwt:u-1']);
  const redeemed = await fetch(`${servers.urls[0]}${new URL(made.body['url'] ?? '').pathname}`);
  expect([redeemed.status, (await redeemed.text()).slice(0, 12)]).toEqual([200, 'content of a']);
  expect((await share(token({}), 'secret/a.txt')).body['code']).toBe('not-allowed');
  expect((await share(token({ groups: 'visitor' }))).body['code']).toBe('not-allowed');
});

test('tokens for others are refused and counted by reason, and API keys still work', async () => {
  const refused = [{ aud: 'another' }, { iss: 'https://evil.example.com' }, { exp: 1 }];
  for (const claims of refused) expect(await share(token(claims))).toMatchObject({ status: 401 });
  const metrics = await (await fetch(`${servers.urls[0]}/metrics`)).text();
  for (const reason of ['audience', 'issuer', 'expired']) {
    expect(metrics).toContain(`grant_token_refusals_total{reason="${reason}"} 1`);
  }
  expect((await share(servers.key)).status).toBe(201);
});
