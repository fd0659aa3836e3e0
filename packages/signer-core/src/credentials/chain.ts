import type { CredentialSource, FetchContext, FetchedCredentials } from './contracts.ts';
import { CredentialError } from './credential-error.ts';

/**
 * Joins sources into one that asks each in turn and takes the first that is configured.
 *
 * Only `NOT_CONFIGURED` moves on to the next: a source that is configured and fails is an error that the owner must see,
 * not a reason to use somebody else's key. The answer is not cached here: write `cached(chain([...]))`.
 */
export function chain(sources: readonly CredentialSource[]): CredentialSource {
  if (sources.length === 0) throw new TypeError('chain needs at least one source');
  const links = [...sources];
  return {
    name: `chain(${links.map((link) => link.name).join(',')})`,
    async fetch(context: FetchContext): Promise<FetchedCredentials> {
      const skipped: CredentialError[] = [];
      for (const link of links) {
        try {
          return await link.fetch(context);
        } catch (error) {
          if (!(error instanceof CredentialError && error.code === 'NOT_CONFIGURED')) throw error;
          skipped.push(error);
        }
      }
      throw new CredentialError(
        `no credentials are configured:\n${skipped.map((error) => `  - ${error.message}`).join('\n')}`,
        { code: 'NOT_CONFIGURED', retryable: false, cause: new AggregateError(skipped) },
      );
    },
  };
}
