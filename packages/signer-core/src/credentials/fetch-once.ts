import type { Clock, CredentialSource, FetchedCredentials } from './contracts.ts';
import { CredentialError } from './credential-error.ts';

/** What one fetch needs. */
export interface FetchOnceOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborted when the provider closes. */
  readonly closing: AbortSignal;
}

/**
 * One fetch of a source under a time limit, also for a source that ignores its signal.
 *
 * @throws whatever the source threw, or a CredentialError `UNAVAILABLE` at the limit or when closed
 */
export async function fetchOnce(source: CredentialSource, options: FetchOnceOptions): Promise<FetchedCredentials> {
  const limit = new AbortController();
  const ended = (message: string): CredentialError =>
    new CredentialError(`credential source "${source.name}" ${message}`, { code: 'UNAVAILABLE', retryable: true });
  const close = (): void => limit.abort(ended('was closed'));
  if (options.closing.aborted) throw ended('was closed');
  options.closing.addEventListener('abort', close, { once: true });
  const timer = setTimeout(
    () => limit.abort(ended(`gave no answer within ${options.timeoutMs} ms`)),
    options.timeoutMs,
  );
  try {
    return await new Promise<FetchedCredentials>((resolve, reject) => {
      limit.signal.addEventListener('abort', () => reject(limit.signal.reason as CredentialError), { once: true });
      // The inner function turns a synchronous throw of the source into a rejection.
      const run = async (): Promise<FetchedCredentials> => source.fetch({ signal: limit.signal, clock: options.clock });
      run().then(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    options.closing.removeEventListener('abort', close);
  }
}
