import { CredentialError } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { credentialsUri, ecsRamRole } from '@ossgrant/credentials-remote';
import { externalProcess } from '@ossgrant/credentials-remote/process';
import type { ProfileSources, ProfileSts } from '@ossgrant/credentials-static/files';
import { assumeRole, assumeRoleWithOidc } from '@ossgrant/credentials-sts';
import { oidcTokenFile } from '@ossgrant/credentials-sts/oidc-file';
import { type DefaultChainOptions, type Environment, environmentOf, isTrue, variable } from './options.ts';

/**
 * The one place where the packages meet: the functions behind the modes of a profile, and behind the sources that need more
 * than the environment.
 */
export function defaultSources(options: DefaultChainOptions): Required<ProfileSources> {
  const env = environmentOf(options);
  const given = defined({ fetch: options.fetch });
  return {
    assumeRole: (role) => assumeRole({ ...role, ...stsOf(role, env), ...given }),
    oidc: ({ oidcTokenFile: path, ...role }) =>
      assumeRoleWithOidc({
        ...role,
        ...stsOf(role, env),
        ...given,
        scope: 'whole-role',
        token: oidcTokenFile(path),
      }),
    ecsRamRole: (role) =>
      ecsRamRole({
        ...role,
        imdsV1: isTrue(env, 'ALIBABA_CLOUD_IMDSV1_DISABLED') ? 'never' : (options.imdsV1 ?? 'never'),
        ...defined({ endpoint: options.metadataEndpoint }),
      }),
    // A given fetch may use a proxy, which must not see calls of this machine and its metadata service.
    credentialsUri: ({ uri }) => credentialsUri({ uri, ...(/^https:/i.test(uri) ? given : {}) }),
    externalProcess: ({ command }) => externalProcess({ command, env }),
  };
}

/** The STS of a role: its own endpoint or region, or else that of the environment. */
function stsOf({ endpoint, region, network }: ProfileSts, env: Environment): ProfileSts {
  if (endpoint !== undefined || region !== undefined || network !== undefined) {
    return defined({ endpoint, region, network });
  }
  const fromEnv = variable(env, 'ALIBABA_CLOUD_STS_ENDPOINT');
  if (fromEnv !== undefined) return { endpoint: fromEnv };
  const isVpc = isTrue(env, 'ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED');
  // Without a region, STS inside the VPC has no host: assumeRole refuses that rather than leave the VPC.
  return defined({ region: variable(env, 'ALIBABA_CLOUD_STS_REGION'), network: isVpc ? ('vpc' as const) : undefined });
}

/**
 * The same for profiles: the CLI's switch against programs also forbids a profile's URI.
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
