import { cached, type CredentialInput, type CredentialProvider, toProvider } from '@ossgrant/credentials-core';
import { expect, it } from 'vitest';

// The credential contract of Alibaba Cloud's OSS SDK V2 for TypeScript, which is not on npm yet:
// https://github.com/aliyun/alibabacloud-oss-ts-sdk-v2/blob/master/src/credentials/types.ts.
interface SdkCredentials {
  accessKeyId: string;
  accessKeySecret: string;
  // Its own provider sets it to undefined where there is no token.
  securityToken?: string | undefined;
  expiration?: Date | undefined;
}
interface SdkCredentialsProvider {
  getCredentials(): Promise<SdkCredentials>;
}

/** What a client of the SDK does with its provider. */
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
    const theirs = {
      getCredentials: async () => ({
        accessKeyId: 'id',
        accessKeySecret: 'secret',
        securityToken,
        expiration: undefined,
      }),
    } satisfies SdkCredentialsProvider;
    const ours = toProvider(theirs as CredentialInput);
    expect((await ours.getCredentials()).securityToken).toBe(securityToken);
  }
});
