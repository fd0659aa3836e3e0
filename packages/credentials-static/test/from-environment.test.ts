import { CredentialError, toProvider } from '@ossgrant/credentials-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fromEnvironment, type Environment } from '../src/from-environment.ts';

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

  it('reads process.env by default', async () => {
    for (const [name, value] of Object.entries(OSS)) vi.stubEnv(name, value);
    const credentials = await toProvider(fromEnvironment()).getCredentials();
    expect(credentials.accessKeyId).toBe('oss-id');
  });
});
