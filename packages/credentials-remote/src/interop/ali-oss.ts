import { type CredentialInput, CredentialError, toProvider } from '@ossgrant/credentials-core';

/** A key in the form that ali-oss takes. */
export interface AliOssToken {
  /** Key id, which begins with `STS.`. */
  readonly accessKeyId: string;
  /** Key secret, in plain text: ali-oss signs with it. */
  readonly accessKeySecret: string;
  /** The token, under the name that ali-oss gives it. */
  readonly stsToken: string;
}

/** Options of an ali-oss client that concern its key. */
export interface AliOssCredentials extends AliOssToken {
  /** 0: ali-oss asks before each request, and gets what the provider has cached. */
  readonly refreshSTSTokenInterval: number;
  /** What ali-oss calls for a key. @throws CredentialError `INVALID_CONFIG` for a key without a token, and those of the provider */
  refreshSTSToken(): Promise<AliOssToken>;
}

/**
 * Options that let ali-oss use temporary credentials of this project.
 *
 * With an interval of its own, ali-oss sends requests that are made during a renewal with the old key, and treats a failed
 * renewal as done. With 0 it asks the provider each time, whose cache fetches once and hands out no expired key.
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
      throw new CredentialError(
        'ali-oss renews only temporary credentials: pass a lasting key to its accessKeyId and accessKeySecret',
        {
          code: 'INVALID_CONFIG',
          retryable: false,
        },
      );
    }
    // A plain object: ali-oss copies what it can enumerate.
    return { accessKeyId, accessKeySecret, stsToken: securityToken };
  };
  return { ...(await refreshSTSToken()), refreshSTSTokenInterval: 0, refreshSTSToken };
}
