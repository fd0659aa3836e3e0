import type { ProfileSources } from '@ossgrant/credentials-static/files';
import { CredentialError, type CredentialSource } from '@ossgrant/signer-core';
import { variable, type Environment } from './default-chain-options.ts';
import { optionalLink } from './optional-link.ts';

const PROVIDER = 'ALIBABA_CLOUD_OIDC_PROVIDER_ARN';
const TOKEN_FILE = 'ALIBABA_CLOUD_OIDC_TOKEN_FILE';
const ROLE = 'ALIBABA_CLOUD_ROLE_ARN';

/**
 * The link that Kubernetes on Alibaba Cloud (ACK) configures by three variables. A part of them is an error, so that a pod does
 * not go on with the rights of its node. A role alone is no part: other tools use that variable, too.
 */
export function oidcLink(env: () => Environment, oidc: Required<ProfileSources>['oidc']): CredentialSource {
  return optionalLink('oidc', () => {
    const [oidcProviderArn, oidcTokenFile, roleArn] = [PROVIDER, TOKEN_FILE, ROLE].map((name) => variable(env(), name));
    if (oidcProviderArn === undefined && oidcTokenFile === undefined)
      return `${PROVIDER} and ${TOKEN_FILE} are not set`;
    if (oidcProviderArn === undefined) throw partly(PROVIDER);
    if (oidcTokenFile === undefined) throw partly(TOKEN_FILE);
    if (roleArn === undefined) throw partly(ROLE);
    const sessionName = variable(env(), 'ALIBABA_CLOUD_ROLE_SESSION_NAME') ?? 'ossgrant';
    const role = { roleArn, oidcProviderArn, oidcTokenFile, sessionName };
    return { key: JSON.stringify(role), make: () => oidc(role) };
  });
}

function partly(name: string): CredentialError {
  return new CredentialError(`oidc: ${name} is not set, though its companions are`, {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}
