import { CredentialError, type CredentialSource, chain } from '@ossgrant/credentials-core';
import { fromEnvironment } from '@ossgrant/credentials-static';
import { fromCliConfig, fromCredentialsFile } from '@ossgrant/credentials-static/files';
import { reportOn, type ChainReport } from './chain-report.ts';
import { ecsLink, oidcLink, optionalLink } from './conditional-source.ts';
import { defaultSources, profileSources } from './default-sources.ts';
import { environmentOf, variable, type DefaultChainOptions } from './options.ts';

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

/** The default chain: a source that tells what became of its links. */
export interface DefaultChain extends CredentialSource {
  /** Which link answered and why the others did not, as of their last fetches. */
  describe(): ChainReport;
}

/**
 * Looks for credentials where the official SDKs do, and takes the first that are configured: environment, OIDC,
 * `~/.aliyun/config.json`, `~/.alibabacloud/credentials`, `ALIBABA_CLOUD_CREDENTIALS_URI`, the RAM role of the ECS instance.
 *
 * A link that is configured and fails ends the search: a mistake in one place does not lead to another's key. Nothing is read
 * before the first fetch, and nothing is cached here.
 *
 * @example
 * const source = defaultChain();
 * const provider = toProvider(source);
 */
export function defaultChain(options: DefaultChainOptions = {}): DefaultChain {
  const reporter = reportOn(defaultLinks(options));
  const joined = chain(reporter.links);
  return {
    name: 'default-chain',
    fetch: (context) => joined.fetch(context),
    describe: () => reporter.describe(),
  };
}
