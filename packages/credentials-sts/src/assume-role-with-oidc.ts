import { invalidToken, refusedToken } from './oidc-token.ts';
import type { CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { readCredentials } from './fields.ts';
import { sessionParameters, type SessionOptions } from './session.ts';
import { createStsClient, type StsOptions } from './sts-client.ts';

const ACTION = 'AssumeRoleWithOIDC';

/** Options of `assumeRoleWithOidc`. */
export interface AssumeRoleWithOidcOptions extends SessionOptions, StsOptions {
  /** `acs:ram::<account id>:oidc-provider/<name>`. */
  readonly oidcProviderArn: string;
  /**
   * The identity provider's token, or what reads it: asked at each fetch, as such tokens are replaced before their end.
   * On Node, `oidcTokenFile` of `@ossgrant/credentials-sts/oidc-file` reads the file that a cluster mounts.
   */
  readonly token: string | (() => string | Promise<string>);
}

/**
 * A source of temporary credentials by STS AssumeRoleWithOIDC: no access key at all. A token that STS calls expired or
 * invalid is read once more, as it may have been replaced meanwhile.
 *
 * @throws TypeError, RangeError or SessionPolicyError for options that STS would refuse, before any call. The fetch
 *   throws a `CredentialError`.
 */
export function assumeRoleWithOidc(options: AssumeRoleWithOidcOptions): CredentialSource {
  const { oidcProviderArn, token } = options;
  if (!/^acs:ram::\d+:oidc-provider\/[\w.@/-]+$/i.test(oidcProviderArn)) {
    throw new TypeError('oidcProviderArn must look like "acs:ram::1234567890123456:oidc-provider/name"');
  }
  const client = createStsClient(options);
  const session = { ...sessionParameters(options), OIDCProviderArn: oidcProviderArn };

  async function read(): Promise<string> {
    // A file ends with a line break that is no part of the token.
    const text = (typeof token === 'string' ? token : await token()).trim();
    if (!/^[\x21-\x7e]{4,20000}$/.test(text)) throw invalidToken();
    return text;
  }

  async function exchange(text: string, context: FetchContext): Promise<FetchedCredentials> {
    const parameters = { ...session, OIDCToken: text };
    return readCredentials(await client({ action: ACTION, parameters }, context), ACTION);
  }

  return {
    name: 'sts:assume-role-with-oidc',
    async fetch(context) {
      const text = await read();
      try {
        return await exchange(text, context);
      } catch (error) {
        if (!refusedToken(error)) throw error;
        const again = await read();
        if (again === text) throw error;
        return exchange(again, context);
      }
    },
  };
}
