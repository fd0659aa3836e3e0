import { createHmac, createPublicKey, generateKeyPairSync, verify, type JsonWebKey } from 'node:crypto';
import { encodeRpcForm } from '@ossgrant/signer-core/rpc';
import { SignJWT, UnsecuredJWT, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PolicyInput } from '../../src/accounts/account.ts';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call, policy, send, stsCall, type Answer } from '../kit.ts';

const SUBJECT = 'system:serviceaccount:default:reader';
const ROLE = 'acs:ram::1000000000000001:role/pod';
const READ = policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' });

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss();
  await oss.put('oidc-bucket', 'a.txt', 'hello world');
  oss.addRole({ name: 'pod', policies: [READ], trust: trust({}) });
});
afterAll(() => oss.close());

/** A trust policy for the issuer's tokens about one subject, or with other conditions. */
function trust({ principal, ...condition }: Record<string, unknown>): PolicyInput {
  const { issuer, providerArn } = oss.oidc;
  return policy({
    Effect: 'Allow',
    Action: 'sts:AssumeRole',
    Principal: principal ?? { Federated: [providerArn] },
    Condition: {
      StringEquals: { 'oidc:iss': issuer, 'oidc:aud': 'sts.aliyuncs.com', 'oidc:sub': SUBJECT, ...condition },
    },
  });
}

async function ask(changes: Record<string, string> = {}): Promise<Answer> {
  const body = encodeRpcForm({
    Action: 'AssumeRoleWithOIDC',
    Version: '2015-04-01',
    Format: 'JSON',
    OIDCProviderArn: oss.oidc.providerArn,
    RoleArn: ROLE,
    RoleSessionName: 'pod-1',
    OIDCToken: changes['OIDCToken'] ?? (await oss.oidc.issueToken({ subject: SUBJECT })),
    ...changes,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  return send(oss, { method: 'POST', path: '/', headers }, body);
}

async function publicKey(uri = `${oss.oidc.issuer}/.well-known/jwks.json`): Promise<JsonWebKey & { kid?: string }> {
  const { keys } = (await (await fetch(uri)).json()) as { readonly keys: readonly JsonWebKey[] };
  expect(keys).toHaveLength(1);
  return keys[0] ?? {};
}

it('gives credentials for a token, without any signature, that read what the role may', async () => {
  const answer = await ask();
  expect(answer.status).toBe(200);
  const { Credentials: given, AssumedRoleUser, OIDCTokenInfo } = JSON.parse(answer.text);
  expect(AssumedRoleUser.Arn).toMatch(/:assumed-role\/pod\/pod-1$/);
  expect(OIDCTokenInfo).toMatchObject({ Subject: SUBJECT, Issuer: oss.endpoint, ClientIds: 'sts.aliyuncs.com' });
  const credentials = {
    accessKeyId: given.AccessKeyId,
    accessKeySecret: given.AccessKeySecret,
    securityToken: given.SecurityToken,
  };
  expect((await call(oss, { bucket: 'oidc-bucket', key: 'a.txt', credentials })).text).toBe('hello world');
  const put = { method: 'PUT', bucket: 'oidc-bucket', key: 'b', credentials, scheme: 'v4-header' } as const;
  expect((await call(oss, put, 'x')).code).toBe('AccessDenied');
});

it('narrows the session by a policy and ends it when the call says', async () => {
  const narrow = policy({ Effect: 'Allow', Action: 'oss:GetObject', Resource: 'acs:oss:*:*:oidc-bucket/other' });
  const { Credentials: given } = JSON.parse(
    (await ask({ Policy: JSON.stringify(narrow), DurationSeconds: '900' })).text,
  );
  const { AccessKeyId: accessKeyId, AccessKeySecret: accessKeySecret, SecurityToken: securityToken } = given;
  const credentials = { accessKeyId, accessKeySecret, securityToken };
  expect((await call(oss, { bucket: 'oidc-bucket', key: 'a.txt', credentials })).ec).toBe('0003-00000301');
  const seconds = (Date.parse(given.Expiration) - oss.clock.now().getTime()) / 1000;
  expect(seconds).toBeLessThanOrEqual(900);
  expect(seconds).toBeGreaterThan(890);
});

it('publishes the documents that another verifier needs', async () => {
  const configuration = await fetch(`${oss.oidc.issuer}/.well-known/openid-configuration`);
  const { issuer, jwks_uri: uri } = (await configuration.json()) as Record<string, string>;
  expect(issuer).toBe(oss.oidc.issuer);
  const key = await publicKey(uri);
  const [header = '', payload = '', signature = ''] = (await oss.oidc.issueToken({ subject: 'x' })).split('.');
  expect(JSON.parse(Buffer.from(header, 'base64url').toString())).toMatchObject({ kid: key.kid, alg: 'RS256' });
  expect(key).not.toHaveProperty('d');
  const signed = Buffer.from(`${header}.${payload}`);
  expect(verify('sha256', signed, createPublicKey({ key, format: 'jwk' }), Buffer.from(signature, 'base64url'))).toBe(
    true,
  );
});

it('leaves the same paths to objects in a virtual host', async () => {
  await oss.put('oidc-bucket', '.well-known/jwks.json', 'an object');
  oss.configureObject('oidc-bucket', '.well-known/jwks.json', { acl: 'public-read' });
  const headers = { host: 'oidc-bucket.oss-cn-hangzhou.localhost' };
  expect((await send(oss, { method: 'GET', path: '/.well-known/jwks.json', headers })).text).toBe('an object');
});

describe('a token', () => {
  const claims = (): JWTPayload => {
    const now = Math.floor(oss.clock.now().getTime() / 1000);
    return { iss: oss.oidc.issuer, aud: 'sts.aliyuncs.com', sub: SUBJECT, iat: now, exp: now + 60 };
  };
  const foreign = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const byStranger = async (): Promise<string> =>
    new SignJWT(claims())
      .setProtectedHeader({ alg: 'RS256', kid: (await publicKey()).kid ?? '' })
      .sign(foreign.privateKey);
  const byPublicKey = async (): Promise<string> => {
    // The oldest trick: the public key taken for a shared secret.
    const key = await publicKey();
    const pem = createPublicKey({ key, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${encode({ alg: 'HS256', kid: key.kid })}.${encode(claims())}`;
    return `${text}.${createHmac('sha256', pem).update(text).digest('base64url')}`;
  };
  const changed = async (): Promise<string> => {
    const [header, payload = '', signature] = (await oss.oidc.issueToken({ subject: 'somebody' })).split('.');
    const forged = { ...JSON.parse(Buffer.from(payload, 'base64url').toString()), sub: SUBJECT };
    return [header, Buffer.from(JSON.stringify(forged)).toString('base64url'), signature].join('.');
  };

  it.each<[string, () => string | Promise<string>, string]>([
    ['that is over', () => oss.oidc.issueToken({ subject: SUBJECT, expiresIn: -1 }), 'OIDCToken.Expired'],
    [
      'for another audience',
      () => oss.oidc.issueToken({ subject: SUBJECT, audience: 'x' }),
      'OIDCToken.AudienceNotMatch',
    ],
    ['that a stranger signed', byStranger, 'OIDCToken.InvalidSignature'],
    ['whose subject was changed', changed, 'OIDCToken.InvalidSignature'],
    ['signed with the public key', byPublicKey, 'OIDCToken.Invalid'],
    ['without a signature', () => new UnsecuredJWT(claims()).encode(), 'OIDCToken.Invalid'],
    ['that is empty', () => '', 'OIDCToken.Invalid'],
    ['that is none', () => 'a.b', 'OIDCToken.Invalid'],
    ['of three parts that say nothing', () => 'a.b.c', 'OIDCToken.Invalid'],
    ['about somebody else', () => oss.oidc.issueToken({ subject: 'somebody' }), 'NoPermission'],
  ])('%s is refused', async (_, token, code) => {
    const answer = await ask({ OIDCToken: await token() });
    expect([answer.status, answer.code]).toEqual([401, `AuthenticationFail.${code}`]);
  });

  it('of another issuer is refused, though it says the same', async () => {
    const other = await startLocalOss();
    const token = await other.oidc.issueToken({ subject: SUBJECT });
    await other.close();
    expect((await ask({ OIDCToken: token })).code).toBe('AuthenticationFail.OIDCToken.InvalidSignature');
  });

  it('ends by the server’s clock', async () => {
    const server = await startLocalOss();
    const token = await server.oidc.issueToken({ subject: SUBJECT, expiresIn: 60 });
    server.clock.advance(60_000);
    const parameters = {
      Action: 'AssumeRoleWithOIDC',
      OIDCProviderArn: server.oidc.providerArn,
      OIDCToken: token,
      RoleArn: ROLE,
    };
    expect((await stsCall(server, parameters)).code).toBe('AuthenticationFail.OIDCToken.Expired');
    await server.close();
  });

  it('appears nowhere in the journal', async () => {
    const OIDCToken = await oss.oidc.issueToken({ subject: SUBJECT });
    const query = encodeRpcForm({ Action: 'AssumeRoleWithOIDC', Version: '2015-04-01', OIDCToken });
    await send(oss, { method: 'GET', path: `/?${query}`, headers: {} });
    expect(oss.journal.entries().at(-1)).toMatchObject({ action: 'sts:AssumeRoleWithOIDC', status: 400 });
    expect(JSON.stringify(oss.journal.entries())).not.toContain(OIDCToken.split('.')[2]);
  });
});

describe('a role', () => {
  it.each<[string, () => PolicyInput | undefined]>([
    ['that trusts the account', () => undefined],
    ['that trusts everybody of RAM', () => trust({ principal: { RAM: ['*'] } })],
    ['that trusts another provider', () => trust({ principal: { Federated: ['acs:ram::1:oidc-provider/other'] } })],
    ['that wants another issuer', () => trust({ 'oidc:iss': 'https://other' })],
    ['that wants another audience', () => trust({ 'oidc:aud': 'other' })],
  ])('%s is not given for a token', async (name, trusts) => {
    const made = trusts();
    const RoleArn = oss.addRole({
      name: name.replaceAll(' ', '-'),
      ...(made === undefined ? {} : { trust: made }),
    });
    const answer = await ask({ RoleArn });
    expect([answer.status, answer.code]).toEqual([401, 'AuthenticationFail.NoPermission']);
  });

  it('that trusts tokens is not given to a user who may assume every role', async () => {
    const answer = await stsCall(oss, { Action: 'AssumeRole', RoleArn: ROLE, RoleSessionName: 'user' });
    expect(answer.code).toBe('NoPermission');
  });
});

it.each<[string, Record<string, string>, number, string]>([
  ['no provider', { OIDCProviderArn: '' }, 400, 'MissingOIDCProviderArn'],
  [
    'a provider that is not there',
    { OIDCProviderArn: 'acs:ram::1:oidc-provider/x' },
    401,
    'AuthenticationFail.NoPermission',
  ],
  ['a role that is not there', { RoleArn: 'acs:ram::1000000000000001:role/none' }, 404, 'EntityNotExist.Role'],
  ['no session name', { RoleSessionName: '' }, 400, 'MissingRoleSessionName'],
  ['899 seconds', { DurationSeconds: '899' }, 400, 'InvalidParameter.DurationSeconds'],
])('refuses %s', async (_, changes, status, code) => {
  const answer = await ask(changes);
  expect([answer.status, answer.code]).toEqual([status, code]);
});

it('says 501 to AssumeRoleWithSAML, which STS has and this server has not', async () => {
  const answer = await ask({ Action: 'AssumeRoleWithSAML' });
  expect([answer.status, answer.code]).toEqual([501, 'NotImplemented']);
  expect(answer.text).toContain('AssumeRoleWithSAML');
  expect(oss.journal.entries().at(-1)).toMatchObject({ action: 'sts:AssumeRoleWithSAML', code: 'NotImplemented' });
});
