import { type CredentialInput, CredentialError, toProvider } from '@ossgrant/credentials-core';

/** A key as ali-oss takes it. */
export interface AliOssToken {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly stsToken: string;
}

/** Options of an ali-oss client that concern its key. */
export interface AliOssCredentials extends AliOssToken {
  /** 0: ali-oss asks before each request, and the provider's cache answers. */
  readonly refreshSTSTokenInterval: number;
  refreshSTSToken(): Promise<AliOssToken>;
}

/**
 * Options that let ali-oss use temporary credentials of this project.
 *
 * With an interval of its own, ali-oss lets requests that are made during a renewal go out with the old key, and one failed
 * renewal counts as done. With 0 it asks the provider each time, whose cache fetches once and hands out no expired key.
 *
 * @example
 * const client = new OSS({ region, bucket, ...(await toAliOss(provider)) });
 *
 * @throws CredentialError `INVALID_CONFIG` for a key without a token: ali-oss renews only keys that have one
 */
export async function toAliOss(input: CredentialInput): Promise<AliOssCredentials> {
  const provider = toProvider(input);
  const refreshSTSToken = async (): Promise<AliOssToken> => {
    const { accessKeyId, accessKeySecret, securityToken } = await provider.getCredentials();
    if (securityToken === undefined) {
      throw new CredentialError('ali-oss renews only temporary credentials: give a lasting key to it as it is', {
        code: 'INVALID_CONFIG',
        retryable: false,
      });
    }
    // A plain object: ali-oss copies what it can enumerate.
    return { accessKeyId, accessKeySecret, stsToken: securityToken };
  };
  return { ...(await refreshSTSToken()), refreshSTSTokenInterval: 0, refreshSTSToken };
}
