import type { CredentialSource, FetchContext, FetchedCredentials } from './contracts.ts';
import { CredentialError } from './credential-error.ts';

/**
 * Joins sources into one that asks each in turn and takes the first that is configured.
 *
 * Only `NOT_CONFIGURED` moves on to the next: a source that is configured and fails is an error that the owner must see,
 * not a reason to use somebody else's key. The source that answered first is asked alone from then on, so that a slow link
 * before it costs once; a failure of any other kind than a passing one makes the chain start over. The answer is not
 * cached here: write `cached(chain([...]))`.
 */
export function chain(sources: readonly CredentialSource[]): CredentialSource {
  if (sources.length === 0) throw new TypeError('chain needs at least one source');
  const links = [...sources];
  let pinned: CredentialSource | undefined;

  async function askPinned(link: CredentialSource, context: FetchContext): Promise<FetchedCredentials | undefined> {
    try {
      return await link.fetch(context);
    } catch (error) {
      if (isPassing(error)) throw error;
      pinned = undefined;
      if (isNotConfigured(error)) return undefined;
      throw error;
    }
  }

  return {
    name: `chain(${links.map((link) => link.name).join(',')})`,
    async fetch(context: FetchContext): Promise<FetchedCredentials> {
      const known = pinned === undefined ? undefined : await askPinned(pinned, context);
      if (known !== undefined) return known;
      const skipped: CredentialError[] = [];
      for (const link of links) {
        try {
          const fetched = await link.fetch(context);
          pinned = link;
          return fetched;
        } catch (error) {
          if (!isNotConfigured(error)) throw error;
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

function isNotConfigured(error: unknown): error is CredentialError {
  return error instanceof CredentialError && error.code === 'NOT_CONFIGURED';
}

function isPassing(error: unknown): boolean {
  return !(error instanceof CredentialError) || error.retryable;
}
