import { CredentialError, toProvider } from '@ossgrant/credentials-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type Environment, fromEnvironment, toEnvironment } from '../src/from-environment.ts';

const read = (env: Environment) => toProvider(fromEnvironment({ env })).getCredentials();
const OSS = { OSS_ACCESS_KEY_ID: 'oss-id', OSS_ACCESS_KEY_SECRET: 'oss-secret' };
const CLOUD = { ALIBABA_CLOUD_ACCESS_KEY_ID: 'cloud-id', ALIBABA_CLOUD_ACCESS_KEY_SECRET: 'cloud-secret' };

afterEach(() => vi.unstubAllEnvs());

describe('fromEnvironment', () => {
  it('reads the names of the OSS tools', async () => {
    const credentials = await read({ ...OSS, OSS_SESSION_TOKEN: 'token' });
    expect(credentials.accessKeyId).toBe('oss-id');
    expect(credentials.accessKeySecret).toBe('oss-secret');
    expect(credentials.securityToken).toBe('token');
  });

  it('reads the names of the other Alibaba Cloud tools', async () => {
    const credentials = await read({ ...CLOUD, ALIBABA_CLOUD_SECURITY_TOKEN: 'token' });
    expect(credentials.accessKeyId).toBe('cloud-id');
    expect(credentials.accessKeySecret).toBe('cloud-secret');
    expect(credentials.securityToken).toBe('token');
  });

  it('prefers the OSS names and never mixes the families', async () => {
    const credentials = await read({ ...CLOUD, ...OSS, ALIBABA_CLOUD_SECURITY_TOKEN: 'token' });
    expect(credentials.accessKeyId).toBe('oss-id');
    expect(credentials.securityToken).toBeUndefined();
  });

  it('takes empty and blank variables as not set', async () => {
    const credentials = await read({ OSS_ACCESS_KEY_ID: '', OSS_ACCESS_KEY_SECRET: '  ', ...CLOUD });
    expect(credentials.accessKeyId).toBe('cloud-id');
  });

  it('says which variables to set when there are none', async () => {
    const failure = read({});
    await expect(failure).rejects.toThrow(CredentialError);
    await expect(failure).rejects.toMatchObject({ code: 'NOT_CONFIGURED', retryable: false });
    await expect(failure).rejects.toThrow(/OSS_ACCESS_KEY_ID.*ALIBABA_CLOUD_ACCESS_KEY_ID/);
  });

  it('names the missing half of a pair and does not fall back to another key', async () => {
    const failure = read({ OSS_ACCESS_KEY_ID: 'oss-id', ...CLOUD });
    await expect(failure).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
    await expect(failure).rejects.toThrow('OSS_ACCESS_KEY_SECRET is not set');
  });

  it('refuses stray white space without showing the value', async () => {
    const failure = read({ ...OSS, OSS_ACCESS_KEY_SECRET: 'oss-secret\n' });
    await expect(failure).rejects.toThrow('OSS_ACCESS_KEY_SECRET has white space');
    await expect(failure).rejects.not.toThrow('oss-secret');
  });

  describe('of a token', () => {
    const TOKEN = { ...OSS, OSS_SESSION_TOKEN: 'token' };
    const END = '2999-01-01T00:00:00.000Z';

    it('knows the end that came with it', async () => {
      const given = await read({ ...TOKEN, OSS_SESSION_TOKEN_EXPIRATION: `${END},oss-id` });
      expect(given.expiration).toEqual(new Date(END));
    });

    it.each([
      ['no end came with it', undefined],
      ['the end is that of another token', `${END},STS.another`],
      ['the variable is blank', ' '],
    ])('knows no end when %s', async (_, value) => {
      expect((await read({ ...TOKEN, OSS_SESSION_TOKEN_EXPIRATION: value })).expiration).toBeUndefined();
    });

    it('is refused when it has ended', async () => {
      const ended = read({ ...TOKEN, OSS_SESSION_TOKEN_EXPIRATION: '2020-01-01T00:00:00Z,oss-id' });
      await expect(ended).rejects.toMatchObject({ code: 'EXPIRED' });
    });

    it.each(['2999-01-01T00:00:00Z', 'soon,oss-id', `${END},oss-id,more`, ','])(
      'refuses the malformed end %j',
      async (end) => {
        const failure = read({ ...TOKEN, OSS_SESSION_TOKEN_EXPIRATION: end });
        await expect(failure).rejects.toMatchObject({
          code: 'INVALID_CONFIG',
          message: /an instant, a comma and the key id/,
        });
      },
    );

    it('gives an end to nothing but that token', async () => {
      const OSS_SESSION_TOKEN_EXPIRATION = `${END},oss-id`;
      expect((await read({ ...OSS, OSS_SESSION_TOKEN_EXPIRATION })).expiration).toBeUndefined();
      const other = { ...CLOUD, ALIBABA_CLOUD_SECURITY_TOKEN: 'token', ALIBABA_CLOUD_ACCESS_KEY_ID: 'oss-id' };
      expect((await read({ ...other, OSS_SESSION_TOKEN_EXPIRATION })).expiration).toBeUndefined();
    });
  });

  it('reads process.env by default', async () => {
    for (const [name, value] of Object.entries(OSS)) vi.stubEnv(name, value);
    const credentials = await toProvider(fromEnvironment()).getCredentials();
    expect(credentials.accessKeyId).toBe('oss-id');
  });
});

describe('toEnvironment', () => {
  const key = { accessKeyId: 'STS.id', accessKeySecret: 'secret' };

  it.each([
    { ...key, securityToken: 'token', expiration: new Date('2999-01-01T00:00:00.500Z') },
    { ...key, securityToken: 'token' },
    { ...key, accessKeyId: 'LTAI' },
  ])('writes %# so that fromEnvironment reads the same credentials', async (credentials) => {
    const earlier = { OSS_SESSION_TOKEN: 'old', OSS_SESSION_TOKEN_EXPIRATION: '2998-01-01T00:00:00Z,LTAI' };
    const fetched = await fromEnvironment({ env: { ...earlier, ...toEnvironment(credentials) } }).fetch({
      signal: new AbortController().signal,
      clock: { now: () => 0, monotonic: () => 0 },
    });
    expect(fetched).toEqual(credentials);
  });

  it('refuses credentials that lost their hidden fields', () => {
    expect(() => toEnvironment({ accessKeyId: 'LTAI' } as never)).toThrow('accessKeySecret is missing');
  });
});
