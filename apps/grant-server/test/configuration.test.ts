import { expect, test } from 'vitest';
import { ConfigurationError, readConfiguration } from '../src/configuration.ts';

const KEY = Buffer.alloc(32, 7).toString('base64');

test('reads a minimal environment, with a loopback address as its default', () => {
  const configuration = readConfiguration({ GRANT_BUCKETS: 'a-bucket, b-bucket', OSS_REGION: 'cn-hangzhou', PORT: '' });
  expect(configuration).toMatchObject({
    host: '127.0.0.1',
    port: 8787,
    publicUrl: 'http://127.0.0.1:8787',
    buckets: ['a-bucket', 'b-bucket'],
    region: 'cn-hangzhou',
  });
  expect(configuration.databaseUrl).toBeUndefined();
});

test('takes a public address with a path, with a slash at its end or not', () => {
  const env = { GRANT_BUCKETS: 'a-bucket', OSS_REGION: 'cn-hangzhou' };
  for (const url of ['https://example.com/oss', 'https://example.com/oss/']) {
    expect(readConfiguration({ ...env, GRANT_PUBLIC_URL: url }).publicUrl).toBe('https://example.com/oss');
  }
});

test('reads token keys, newest first', () => {
  const env = { GRANT_BUCKETS: 'a-bucket', OSS_REGION: 'cn-hangzhou', GRANT_TOKEN_KEYS: `2:${KEY},1:${KEY}` };
  expect(readConfiguration(env).tokenKeys?.map(({ version, key }) => [version, key.length])).toEqual([
    [2, 32],
    [1, 32],
  ]);
});

test('names everything that is wrong at once, and what to set', () => {
  const env = { HOST: '0.0.0.0', PORT: '99999', DATABASE_URL: 'mysql://x', GRANT_ROLE_ARN: 'role' };
  let message = '';
  try {
    readConfiguration(env);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigurationError);
    ({ message } = error as Error);
  }
  for (const name of [
    'GRANT_BUCKETS',
    'PORT',
    'DATABASE_URL',
    'GRANT_ROLE_ARN',
    'GRANT_PUBLIC_URL',
    'GRANT_TOKEN_KEYS',
    'OSS_REGION',
  ]) {
    expect(message).toContain(`  ${name} must`);
  }
});

test.each([['1:short'], [KEY], [`x:${KEY}`]])('refuses the token key %s without repeating it', (key) => {
  const env = { GRANT_BUCKETS: 'a-bucket', OSS_REGION: 'cn-hangzhou', GRANT_TOKEN_KEYS: key };
  expect(() => readConfiguration(env)).toThrow(/openssl rand/);
  expect(() => readConfiguration(env)).not.toThrow(new RegExp(KEY.slice(0, 20)));
});

const JWT = {
  GRANT_JWT_ISSUER: 'https://id.example.com',
  GRANT_JWT_AUDIENCE: 'ossgrant',
  GRANT_JWT_JWKS_URL: 'https://id.example.com/keys',
  GRANT_JWT_SCOPES: 'urn:editor=a-bucket/reports/=30, *=a-bucket=0.5',
};
const MINIMAL = { GRANT_BUCKETS: 'a-bucket', OSS_REGION: 'cn-hangzhou' };

test('reads whose tokens are accepted, and what their roles allow', () => {
  expect(readConfiguration(MINIMAL).jwt).toBeUndefined();
  expect(readConfiguration({ ...MINIMAL, ...JWT, GRANT_JWT_ADMIN_ROLE: 'admin' }).jwt).toEqual({
    issuer: 'https://id.example.com',
    audience: ['ossgrant'],
    jwksUrl: 'https://id.example.com/keys',
    subjectClaim: 'sub',
    rolesClaim: 'scope',
    adminRole: 'admin',
    roles: [
      { role: 'urn:editor', bucket: 'a-bucket', prefix: 'reports/', longestSeconds: 2_592_000 },
      { role: '*', bucket: 'a-bucket', prefix: '', longestSeconds: 43_200 },
    ],
  });
});

test.each(Object.keys(JWT))('tokens without %s are refused: a forgotten variable must not accept more', (name) => {
  expect(() => readConfiguration({ ...MINIMAL, ...JWT, [name]: '' })).toThrow(`  ${name} must`);
});

test.each([
  ['GRANT_JWT_SCOPES', 'editor'],
  ['GRANT_JWT_SCOPES', 'editor=a-bucket/reports/'],
  ['GRANT_JWT_SCOPES', '=a-bucket/reports/=3'],
  ['GRANT_JWT_SCOPES', 'editor=a-bucket=0'],
  ['GRANT_JWT_JWKS_URL', 'id.example.com'],
])('%s "%s" is refused', (name, value) => {
  expect(() => readConfiguration({ ...MINIMAL, ...JWT, [name]: value })).toThrow(`  ${name} must be`);
});
