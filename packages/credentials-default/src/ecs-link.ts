import type { ProfileSources } from '@ossgrant/credentials-static/files';
import { CredentialError, type CredentialSource } from '@ossgrant/signer-core';
import { isTrue, variable, type Environment } from './default-chain-options.ts';
import { optionalLink } from './optional-link.ts';

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
