import { fromEnvironment } from '@ossgrant/credentials-static';
import { fromCliConfig, fromCredentialsFile } from '@ossgrant/credentials-static/files';
import { CredentialError, type CredentialSource } from '@ossgrant/signer-core';
import { environmentOf, variable, type DefaultChainOptions } from './default-chain-options.ts';
import { defaultSources, profileSources } from './default-sources.ts';
import { ecsLink } from './ecs-link.ts';
import { oidcLink } from './oidc-link.ts';
import { optionalLink } from './optional-link.ts';

/** The links of the default chain, in their order. */
export function defaultLinks(options: DefaultChainOptions): readonly CredentialSource[] {
  const env = (): NonNullable<DefaultChainOptions['env']> => environmentOf(options);
  const sources = defaultSources(options);
  const files = { ...options, sources: profileSources(options) };
  return [
    fromEnvironment(options.env === undefined ? {} : { env: options.env }),
    oidcLink(env, sources.oidc),
    fromCliConfig(files),
    fromCredentialsFile(files),
    namedProfile(options),
    // Before the metadata service, which costs a second where there is none; the official SDKs ask it after.
    optionalLink('credentials-uri', () => {
      const uri = variable(env(), 'ALIBABA_CLOUD_CREDENTIALS_URI');
      if (uri === undefined) return 'ALIBABA_CLOUD_CREDENTIALS_URI is not set';
      return { key: uri, make: () => sources.credentialsUri({ uri }) };
    }),
    ecsLink(env, sources.ecsRamRole),
  ];
}

/** Ends the chain when a profile was asked for by name and no file has it: who names one means no other key. */
function namedProfile(options: DefaultChainOptions): CredentialSource {
  return optionalLink('named-profile', () => {
    const name = options.profile ?? variable(environmentOf(options), 'ALIBABA_CLOUD_PROFILE');
    if (name === undefined) return 'no profile is asked for by name';
    throw new CredentialError(`named-profile: no file gives the profile "${name}" that was asked for`, {
      code: 'INVALID_CONFIG',
      retryable: false,
    });
  });
}
