import type { CredentialSource, FetchContext, FetchedCredentials } from './contracts.ts';
import { CredentialError } from './credential-error.ts';
import { checkArgument, takes } from './basics/options.ts';

/**
 * Joins sources into one that asks each in turn and takes the first that is configured.
 *
 * Only `NOT_CONFIGURED` moves on to the next: when a source that is configured fails, the owner must see the error, and nobody else's
 * key may be used instead. The source that succeeded is the only one asked from then on, so that a slow source before it costs time
 * once; when it fails for good, the chain starts over. The chain caches nothing: write `cached(chain([...]))`.
 *
 * @throws TypeError when there is no source, or one is not a source
 */
export function chain(sources: readonly CredentialSource[]): CredentialSource {
  checkArgument('chain', 'sources', sources, takes.listOf(takes.source));
  if (sources.length === 0) throw new TypeError('chain: give at least one source');
  const asked = [...sources];
  let pinned: CredentialSource | undefined;

  async function askPinned(known: CredentialSource, context: FetchContext): Promise<FetchedCredentials | undefined> {
    try {
      return await known.fetch(context);
    } catch (error) {
      if (isPassing(error)) throw error;
      pinned = undefined;
      if (isNotConfigured(error)) return undefined;
      throw error;
    }
  }

  return {
    name: `chain(${asked.map(({ name }) => name).join(',')})`,
    async fetch(context: FetchContext): Promise<FetchedCredentials> {
      const known = pinned === undefined ? undefined : await askPinned(pinned, context);
      if (known !== undefined) return known;
      const skipped: CredentialError[] = [];
      for (const next of asked) {
        try {
          const fetched = await next.fetch(context);
          pinned = next;
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

// Whatever is not a CredentialError may pass, as a failed connection does.
function isPassing(error: unknown): boolean {
  return !(error instanceof CredentialError) || error.retryable;
}
