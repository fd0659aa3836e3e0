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
