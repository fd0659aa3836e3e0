import {
  type CredentialInput,
  type Credentials,
  type CredentialSource,
  type FetchedCredentials,
  CredentialError,
  toProvider,
} from '@ossgrant/credentials-core';
import { checkArgument, defined, takes } from '@ossgrant/credentials-core/internal';

/** What a client of `@alicloud/credentials` returns. */
export interface AlibabaCloudCredential {
  /** Key id; `STS.` begins those of temporary credentials. */
  readonly accessKeyId: string;
  /** Key secret, in plain text: the SDKs sign with it. */
  readonly accessKeySecret: string;
  /** STS token. Empty for a lasting key, as `@alicloud/credentials` has it. */
  readonly securityToken: string;
  /** Never set: OSS and STS take no bearer token. */
  readonly bearerToken?: string;
  /** `access_key` for a lasting key, `sts` for one with a token. */
  readonly type: string;
  /** Always `ossgrant`. */
  readonly providerName: string;
}

/** The shape of a client, and of a provider, of `@alicloud/credentials`. */
export interface AlibabaCloudCredentialClient {
  /** The credentials of this moment, from the provider's cache. @throws CredentialError */
  getCredential(): Promise<AlibabaCloudCredential>;
  /** As `getCredential`, under the name by which SDKs call a provider. */
  getCredentials(): Promise<AlibabaCloudCredential>;
  /** Always `ossgrant`. */
  getProviderName(): string;
  /** For old SDKs. A renewal between two calls mixes two keys: ask for `getCredential` where you can. */
  getAccessKeyId(): Promise<string>;
  /** For old SDKs; see `getAccessKeyId`. */
  getAccessKeySecret(): Promise<string>;
  /** For old SDKs; see `getAccessKeyId`. Empty for a lasting key. */
  getSecurityToken(): Promise<string>;
  /** Always empty. */
  getBearerToken(): string;
  /** Always `sts`, as it is asked before the first key is known; SDKs only look for `bearer` in it. */
  getType(): string;
}

/**
 * Lets the Alibaba Cloud SDKs use credentials of this project. The result works as a client and as a provider; their types
 * ask for a client made from it.
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
    // Only old SDKs ask for the parts one by one; a renewal between two calls then mixes two keys.
    getAccessKeyId: async () => (await get()).accessKeyId,
    getAccessKeySecret: async () => (await get()).accessKeySecret,
    getSecurityToken: async () => (await get()).securityToken,
    getBearerToken: () => '',
    // Called before the first key is known. The SDKs only look for bearer tokens here; they do not send an empty token.
    getType: () => 'sts',
  };
}

/** The part of a client of `@alicloud/credentials` that is used. */
export interface AlibabaCloudCredentialLike {
  /** Called once for each fetch. An absent token may be missing or empty. */
  getCredential(): Promise<{
    readonly accessKeyId?: string;
    readonly accessKeySecret?: string;
    readonly securityToken?: string;
  }>;
}

/**
 * A source that asks a client of `@alicloud/credentials`. The client does not say when a key expires, so the cache reuses a key
 * with a token for ten minutes; the client renews its own fifteen minutes before the end.
 *
 * The fetch throws a `CredentialError` without the client's own message, which may quote files and responses.
 */
export function fromAlibabaCloudCredential(client: AlibabaCloudCredentialLike): CredentialSource {
  checkArgument('fromAlibabaCloudCredential', 'the client', client, takes.methods('getCredential'));
  const name = 'alicloud-credentials';
  return {
    name,
    async fetch(): Promise<FetchedCredentials> {
      const { accessKeyId, accessKeySecret, securityToken } = await ask(name, client);
      const credentials: Partial<Credentials> = {
        ...defined({ accessKeyId, accessKeySecret }),
        // The client writes an absent token as an empty one.
        ...(securityToken === '' ? {} : defined({ securityToken })),
      };
      // The cache refuses a key that lacks a field, and names the field.
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
