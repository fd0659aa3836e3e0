import { chain, CredentialError, type CredentialSource } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { fromEnvironment } from '@ossgrant/credentials-static';
import { fromCliConfig, fromCredentialsFile } from '@ossgrant/credentials-static/files';
import { type ChainReport, reportOn } from './chain-report.ts';
import { conditionalSource, ecsSource, oidcSource } from './conditional-source.ts';
import { defaultSources, profileSources } from './default-sources.ts';
import { checkOptions, type DefaultChainOptions, type Environment, environmentOf, variable } from './options.ts';

/** The default chain: a source that reports what became of its own sources. */
export interface DefaultChain extends CredentialSource {
  /** Which source answered and why the others did not, as of their last fetches. */
  describe(): ChainReport;
}

/**
 * Looks for credentials where the official SDKs do, and takes the first that are configured: environment, OIDC,
 * `~/.aliyun/config.json`, `~/.alibabacloud/credentials`, `ALIBABA_CLOUD_CREDENTIALS_URI`, the RAM role of the ECS instance.
 *
 * A profile that is asked for by name, by option or by `ALIBABA_CLOUD_PROFILE`, is used, or is an error: only the two files are asked
 * then. A source that is configured and fails ends the search: a mistake in one place does not lead to the key of another. Nothing
 * is read before the first fetch, and nothing is cached here.
 *
 * @example
 * const source = defaultChain();
 * const provider = toProvider(source);
 *
 * @throws TypeError for options that cannot be right
 */
export function defaultChain(options: DefaultChainOptions = {}): DefaultChain {
  checkOptions(options);
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
  const { env: given, home, readFile, profile } = options;
  const sources = defaultSources(options);
  const files = defined({ env: given, home, readFile, profile, sources: profileSources(options) });
  const unlessNamed = (source: CredentialSource): CredentialSource => withoutProfile(source, options);
  return [
    unlessNamed(fromEnvironment(defined({ env: given }))),
    unlessNamed(oidcSource(env, sources.oidc)),
    fromCliConfig(files),
    fromCredentialsFile(files),
    missingProfile(options),
    // Before the metadata service, which costs a second where there is none; the official SDKs ask it after.
    conditionalSource('credentials-uri', () => {
      const uri = variable(env(), 'ALIBABA_CLOUD_CREDENTIALS_URI');
      if (uri === undefined) return 'ALIBABA_CLOUD_CREDENTIALS_URI is not set';
      return { key: uri, make: () => sources.credentialsUri({ uri }) };
    }),
    ecsSource(env, sources.ecsRamRole),
  ];
}

/** The profile that is asked for by name at this moment. */
function namedProfile(options: DefaultChainOptions): string | undefined {
  return options.profile ?? variable(environmentOf(options), 'ALIBABA_CLOUD_PROFILE');
}

/** A source that is asked only while no profile is asked for by name. */
function withoutProfile(source: CredentialSource, options: DefaultChainOptions): CredentialSource {
  return {
    name: source.name,
    async fetch(context) {
      const profile = namedProfile(options);
      if (profile === undefined) return source.fetch(context);
      throw new CredentialError(`${source.name}: not asked, because the profile "${profile}" is asked for by name`, {
        code: 'NOT_CONFIGURED',
        retryable: false,
      });
    },
  };
}

/** Ends the chain when a profile was asked for by name and neither file gave it: no other key may take its place. */
function missingProfile(options: DefaultChainOptions): CredentialSource {
  return conditionalSource('named-profile', () => {
    const profile = namedProfile(options);
    if (profile === undefined) return 'no profile is asked for by name';
    const message = `named-profile: no file has a usable profile "${profile}", which is asked for by name`;
    throw new CredentialError(message, { code: 'INVALID_CONFIG', retryable: false });
  });
}
