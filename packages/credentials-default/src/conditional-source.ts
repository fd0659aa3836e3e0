import { CredentialError, type CredentialSource, type FetchContext } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import type { ProfileSources } from '@ossgrant/credentials-static/files';
import { type Environment, isTrue, variable } from './options.ts';

/** A source that is configured. */
export interface ConfiguredSource {
  /** Equal for equal configurations. */
  readonly key: string;
  make(): CredentialSource;
}

/**
 * A source of a chain that exists only when the environment configures it, which is read anew at each fetch. While the
 * configuration stays the same, so does the source, with what it remembers.
 *
 * @param find a string is the reason why the source is not configured
 */
export function conditionalSource(name: string, find: () => ConfiguredSource | string): CredentialSource {
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

function make(name: string, configured: ConfiguredSource): CredentialSource {
  try {
    return configured.make();
  } catch (cause) {
    if (cause instanceof CredentialError) throw cause;
    // The packages name the wrong option, and never its value.
    const reason = cause instanceof TypeError || cause instanceof RangeError ? cause.message : 'cannot be set up';
    throw new CredentialError(`${name}: ${reason}`, { code: 'INVALID_CONFIG', retryable: false, cause });
  }
}

/**
 * The last resort: the role of this machine, if it is an ECS instance. An unreachable metadata service is not a failure but the
 * sign of another machine, unless the role was named or the service has responded before.
 */
export function ecsSource(
  env: () => Environment,
  ecsRamRole: NonNullable<ProfileSources['ecsRamRole']>,
): CredentialSource {
  let seen = false;
  return conditionalSource('ecs-ram-role', () => {
    if (isTrue(env(), 'ALIBABA_CLOUD_ECS_METADATA_DISABLED')) {
      return 'turned off by ALIBABA_CLOUD_ECS_METADATA_DISABLED';
    }
    const roleName = variable(env(), 'ALIBABA_CLOUD_ECS_METADATA');
    return {
      key: roleName ?? '',
      make() {
        const source = ecsRamRole(defined({ roleName }));
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
              throw new CredentialError(`${message}: this machine is probably not an ECS instance`, {
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
 * The source that Kubernetes on Alibaba Cloud (ACK) configures by three variables. Some without the others are an error, so that
 * a pod does not fall back to the rights of its node. A role alone configures nothing: other tools use that variable, too.
 */
export function oidcSource(env: () => Environment, oidc: Required<ProfileSources>['oidc']): CredentialSource {
  return conditionalSource('oidc', () => {
    const [oidcProviderArn, oidcTokenFile, roleArn] = [PROVIDER, TOKEN_FILE, ROLE].map((name) => variable(env(), name));
    if (oidcProviderArn === undefined && oidcTokenFile === undefined) {
      return `${PROVIDER} and ${TOKEN_FILE} are not set`;
    }
    if (oidcProviderArn === undefined) throw incomplete(PROVIDER);
    if (oidcTokenFile === undefined) throw incomplete(TOKEN_FILE);
    if (roleArn === undefined) throw incomplete(ROLE);
    const sessionName = variable(env(), 'ALIBABA_CLOUD_ROLE_SESSION_NAME') ?? 'ossgrant';
    const role = { roleArn, oidcProviderArn, oidcTokenFile, sessionName };
    return { key: JSON.stringify(role), make: () => oidc(role) };
  });
}

function incomplete(name: string): CredentialError {
  return new CredentialError(`oidc: ${name} is not set, though its companions are`, {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}
