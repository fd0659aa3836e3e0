import { cached, type CredentialProvider, toProvider } from '@ossgrant/credentials-core';
import { expect, it } from 'vitest';

// The credential contract of Alibaba Cloud's OSS SDK V2 for TypeScript, which is not on npm yet:
// https://github.com/aliyun/alibabacloud-oss-ts-sdk-v2/blob/master/src/credentials/types.ts.
interface SdkCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  securityToken?: string;
  expiration?: Date;
}
interface SdkCredentialsProvider {
  getCredentials(): Promise<SdkCredentials>;
}

/** A client's use of its provider. */
async function signWith(provider: SdkCredentialsProvider): Promise<string> {
  const { accessKeyId, accessKeySecret, securityToken, expiration } = await provider.getCredentials();
  return [accessKeyId, accessKeySecret.length, securityToken, expiration?.toISOString()].join();
}

it('a provider of ours is one for OSS SDK V2', async () => {
  const expiration = new Date('2999-01-01T00:00:00Z');
  const ours: CredentialProvider = cached({
    name: 'test',
    fetch: async () => ({ accessKeyId: 'STS.id', accessKeySecret: 'secret', securityToken: 'token', expiration }),
  });
  const theirs: SdkCredentialsProvider = ours;
  expect(await signWith(theirs)).toBe('STS.id,6,token,2999-01-01T00:00:00.000Z');
});

it('a provider of OSS SDK V2 goes wherever credentials are wanted here, with and without a token', async () => {
  for (const securityToken of ['token', undefined]) {
    // Its provider of the environment sets the token to undefined where there is none.
    const key = { accessKeyId: 'id', accessKeySecret: 'secret', securityToken } as SdkCredentials;
    const theirs: SdkCredentialsProvider = { getCredentials: async () => key };
    const ours = toProvider(theirs);
    expect((await ours.getCredentials()).securityToken).toBe(securityToken);
  }
});
