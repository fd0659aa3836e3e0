import {
  type CredentialInput,
  type Credentials,
  type CredentialSource,
  type FetchedCredentials,
  CredentialError,
  toProvider,
} from '@ossgrant/credentials-core';

/** What a client of `@alicloud/credentials` answers. */
export interface AlibabaCloudCredential {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  readonly bearerToken?: string;
  readonly type: string;
  readonly providerName: string;
}

/** A client, and at once a provider, of `@alicloud/credentials`, by shape. */
export interface AlibabaCloudCredentialClient {
  getCredential(): Promise<AlibabaCloudCredential>;
  getCredentials(): Promise<AlibabaCloudCredential>;
  getProviderName(): string;
  getAccessKeyId(): Promise<string>;
  getAccessKeySecret(): Promise<string>;
  getSecurityToken(): Promise<string>;
  getBearerToken(): string;
  getType(): string;
}

/**
 * Lets the Alibaba Cloud SDKs use credentials of this project. The result works as a client and as a provider; their types
 * want a client made of it.
 *
 * @example
 * const credential = new Credential(null, toAlibabaCloudCredential(provider));
 * const client = new Sts(new Config({ credential, endpoint: 'sts.cn-hangzhou.aliyuncs.com' }));
 */
export function toAlibabaCloudCredential(input: CredentialInput): AlibabaCloudCredentialClient {
  const provider = toProvider(input);
  const get = async (): Promise<AlibabaCloudCredential> => {
    const { accessKeyId, accessKeySecret, securityToken = '' } = await provider.getCredentials();
    const type = securityToken === '' ? 'access_key' : 'sts';
    return { accessKeyId, accessKeySecret, securityToken, type, providerName: 'ossgrant' };
  };
  return {
    getCredential: get,
    getCredentials: get,
    getProviderName: () => 'ossgrant',
    // The SDKs ask for the parts one by one only where they are old; a renewal between two of them tears the triple.
    getAccessKeyId: async () => (await get()).accessKeyId,
    getAccessKeySecret: async () => (await get()).accessKeySecret,
    getSecurityToken: async () => (await get()).securityToken,
    getBearerToken: () => '',
    // Asked before the first key is known. The SDKs tell bearer tokens from the rest by it; an empty token is not sent.
    getType: () => 'sts',
  };
}

/** A client of `@alicloud/credentials`, by shape: what is used of it. */
export interface AlibabaCloudCredentialLike {
  getCredential(): Promise<{
    readonly accessKeyId?: string;
    readonly accessKeySecret?: string;
    readonly securityToken?: string;
  }>;
}

/**
 * A source that asks a client of `@alicloud/credentials`. That does not tell when a key ends, so the cache reuses a key with a
 * token for ten minutes; the client renews its own fifteen minutes before the end.
 *
 * The fetch throws a `CredentialError` without the client's own message, which may quote files and answers.
 */
export function fromAlibabaCloudCredential(client: AlibabaCloudCredentialLike): CredentialSource {
  const name = 'alicloud-credentials';
  return {
    name,
    async fetch(): Promise<FetchedCredentials> {
      const { accessKeyId, accessKeySecret, securityToken } = await ask(name, client);
      const credentials: Partial<Credentials> = {
        ...(accessKeyId === undefined ? {} : { accessKeyId }),
        ...(accessKeySecret === undefined ? {} : { accessKeySecret }),
        // An absent token is an empty one there.
        ...(securityToken === undefined || securityToken === '' ? {} : { securityToken }),
      };
      // What is missing is named by whoever keeps it.
      return credentials as FetchedCredentials;
    },
  };
}

async function ask(
  name: string,
  client: AlibabaCloudCredentialLike,
): Promise<Awaited<ReturnType<AlibabaCloudCredentialLike['getCredential']>>> {
  try {
    return await client.getCredential();
  } catch {
    throw new CredentialError(`${name}: the client failed`, { code: 'UNAVAILABLE', retryable: true });
  }
}
