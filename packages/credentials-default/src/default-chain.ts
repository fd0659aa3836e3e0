import { chain, CredentialError, type CredentialSource } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { fromEnvironment } from '@ossgrant/credentials-static';
import { fromCliConfig, fromCredentialsFile } from '@ossgrant/credentials-static/files';
import { type ChainReport, reportOn } from './chain-report.ts';
import { conditionalSource, ecsSource, oidcSource } from './conditional-source.ts';
import { defaultSources, profileSources } from './default-sources.ts';
import { type DefaultChainOptions, type Environment, environmentOf, variable } from './options.ts';

/** The default chain: a source that reports what became of its own sources. */
export interface DefaultChain extends CredentialSource {
  /** Which source answered and why the others did not, as of their last fetches. */
  describe(): ChainReport;
}

/**
 * Looks for credentials where the official SDKs do, and takes the first that are configured: environment, OIDC,
 * `~/.aliyun/config.json`, `~/.alibabacloud/credentials`, `ALIBABA_CLOUD_CREDENTIALS_URI`, the RAM role of the ECS instance.
 *
 * A source that is configured and fails ends the search: a mistake in one place does not lead to the key of another. Nothing is
 * read before the first fetch, and nothing is cached here.
 *
 * @example
 * const source = defaultChain();
 * const provider = toProvider(source);
 */
export function defaultChain(options: DefaultChainOptions = {}): DefaultChain {
  const reporter = reportOn(chainSources(options));
  const joined = chain(reporter.sources);
  return {
    name: 'default-chain',
    fetch: (context) => joined.fetch(context),
    describe: () => reporter.describe(),
  };
}

/** The sources of the default chain, in order. */
function chainSources(options: DefaultChainOptions): readonly CredentialSource[] {
  const env = (): Environment => environmentOf(options);
  const sources = defaultSources(options);
  const files = { ...options, sources: profileSources(options) };
  return [
    fromEnvironment(defined({ env: options.env })),
    oidcSource(env, sources.oidc),
    fromCliConfig(files),
    fromCredentialsFile(files),
    namedProfile(options),
    // Before the metadata service, which costs a second where there is none; the official SDKs ask it after.
    conditionalSource('credentials-uri', () => {
      const uri = variable(env(), 'ALIBABA_CLOUD_CREDENTIALS_URI');
      if (uri === undefined) return 'ALIBABA_CLOUD_CREDENTIALS_URI is not set';
      return { key: uri, make: () => sources.credentialsUri({ uri }) };
    }),
    ecsSource(env, sources.ecsRamRole),
  ];
}

/** Ends the chain when a profile was asked for by name and no file has it: no other key may take its place. */
function namedProfile(options: DefaultChainOptions): CredentialSource {
  return conditionalSource('named-profile', () => {
    const name = options.profile ?? variable(environmentOf(options), 'ALIBABA_CLOUD_PROFILE');
    if (name === undefined) return 'no profile is asked for by name';
    throw new CredentialError(`named-profile: no file has the profile "${name}" that was asked for`, {
      code: 'INVALID_CONFIG',
      retryable: false,
    });
  });
}
