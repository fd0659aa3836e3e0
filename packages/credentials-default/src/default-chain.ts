import { chain, type CredentialSource } from '@ossgrant/signer-core';
import { reportOn, type ChainReport } from './chain-report.ts';
import type { DefaultChainOptions } from './default-chain-options.ts';
import { defaultLinks } from './default-links.ts';

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
