import { CredentialError, type CredentialSource } from '@ossgrant/credentials-core';
import { credentialsUri, ecsRamRole } from '@ossgrant/credentials-remote';
import { externalProcess } from '@ossgrant/credentials-remote/process';
import { stsEndpoint, type ProfileSources } from '@ossgrant/credentials-static/files';
import { assumeRole, assumeRoleWithOidc } from '@ossgrant/credentials-sts';
import { oidcTokenFile } from '@ossgrant/credentials-sts/oidc-file';
import { environmentOf, isTrue, variable, type DefaultChainOptions } from './options.ts';

/**
 * The one place where the packages meet: what completes a profile's mode, and the links that need more than the environment.
 */
export function defaultSources(options: DefaultChainOptions): Required<ProfileSources> {
  const env = environmentOf(options);
  const withFetch = options.fetch === undefined ? {} : { fetch: options.fetch };
  const withEndpoint = (): { readonly endpoint?: string } => {
    const endpoint = stsEndpoint({
      endpoint: variable(env, 'ALIBABA_CLOUD_STS_ENDPOINT'),
      region: variable(env, 'ALIBABA_CLOUD_STS_REGION'),
      vpc: isTrue(env, 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED'),
    });
    return endpoint === undefined ? {} : { endpoint };
  };

  return {
    assumeRole: (role) => assumeRole({ ...withEndpoint(), ...role, ...withFetch }),
    oidc: ({ oidcTokenFile: path, ...role }) =>
      assumeRoleWithOidc({ ...withEndpoint(), ...role, ...withFetch, scope: 'whole-role', token: oidcTokenFile(path) }),
    ecsRamRole: (role) =>
      ecsRamRole({
        ...role,
        imdsV1: isTrue(env, 'ALIBABA_CLOUD_IMDSV1_DISABLED') ? 'never' : (options.imdsV1 ?? 'never'),
        ...(options.metadataEndpoint === undefined ? {} : { endpoint: options.metadataEndpoint }),
      }),
    // A fetch that was handed in may have a proxy, which is for others than this machine and its metadata service.
    credentialsUri: ({ uri }) => credentialsUri({ uri, ...(/^https:/i.test(uri) ? withFetch : {}) }),
    externalProcess: ({ command }): CredentialSource => externalProcess({ command, env }),
  };
}

/**
 * The same for profiles: the CLI's switch against programs also stands against a profile's URI.
 *
 * @throws CredentialError `INVALID_CONFIG` when a profile names a URI though that is forbidden
 */
export function profileSources(options: DefaultChainOptions): ProfileSources {
  const sources = defaultSources(options);
  return {
    ...sources,
    credentialsUri(role) {
      if (/^(1|true)$/i.test(variable(environmentOf(options), 'ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS') ?? '')) {
        throw new CredentialError('credentials-uri: forbidden by ALIBABA_CLOUD_DISABLE_EXTERNAL_PROCESS', {
          code: 'INVALID_CONFIG',
          retryable: false,
        });
      }
      return sources.credentialsUri(role);
    },
  };
}
