import { CredentialError, type CredentialSource, type FetchContext } from '@ossgrant/credentials-core';
import type { ProfileSources } from '@ossgrant/credentials-static/files';
import { isTrue, variable, type Environment } from './options.ts';

/** A link that is configured: how, to be compared, and what it is then. */
export interface ConfiguredLink {
  readonly key: string;
  make(): CredentialSource;
}

/**
 * A link of a chain that is there only when the environment says so, which is looked at anew at each fetch. As long as it says
 * the same, the source stays, with what it remembers.
 *
 * @param find a text is why the link is not configured
 */
export function optionalLink(name: string, find: () => ConfiguredLink | string): CredentialSource {
  let made: { readonly key: string; readonly source: CredentialSource } | undefined;
  return {
    name,
    async fetch(context: FetchContext) {
      const found = find();
      if (typeof found === 'string') {
        throw new CredentialError(`${name}: ${found}`, { code: 'NOT_CONFIGURED', retryable: false });
      }
      if (made?.key !== found.key) made = { key: found.key, source: make(name, found) };
      return made.source.fetch(context);
    },
  };
}

function make(name: string, link: ConfiguredLink): CredentialSource {
  try {
    return link.make();
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause;
    // The packages name the option that is wrong, and not its value.
    const said = cause instanceof TypeError || cause instanceof RangeError ? cause.message : 'cannot be set up';
    throw new CredentialError(`${name}: ${said}`, { code: 'INVALID_CONFIG', retryable: false, cause });
  }
}

/**
 * The link of last resort: the role of this machine, if it is an ECS instance. That nobody answers at the metadata service's
 * address is then no failure but the sign of another machine, unless a role was named or the service has answered before.
 */
export function ecsLink(
  env: () => Environment,
  ecsRamRole: NonNullable<ProfileSources['ecsRamRole']>,
): CredentialSource {
  let seen = false;
  return optionalLink('ecs-ram-role', () => {
    if (isTrue(env(), 'ALIBABA_CLOUD_ECS_METADATA_DISABLED'))
      return 'turned off by ALIBABA_CLOUD_ECS_METADATA_DISABLED';
    const roleName = variable(env(), 'ALIBABA_CLOUD_ECS_METADATA');
    return {
      key: roleName ?? '',
      make() {
        const source = ecsRamRole(roleName === undefined ? {} : { roleName });
        return {
          name: source.name,
          async fetch(context) {
            try {
              const fetched = await source.fetch(context);
              seen = true;
              return fetched;
            } catch (error) {
              if (roleName !== undefined || seen || !isUnreachable(error)) throw error;
              const { message } = error as CredentialError;
              throw new CredentialError(`${message}: this seems to be no ECS instance`, {
                code: 'NOT_CONFIGURED',
                retryable: false,
                cause: error,
              });
            }
          },
        };
      },
    };
  });
}

function isUnreachable(error: unknown): boolean {
  return error instanceof CredentialError && error.code === 'UNAVAILABLE' && error.status === undefined;
}

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
