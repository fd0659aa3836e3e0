import type { Clock, CredentialSource, FetchedCredentials } from '../contracts.ts';
import { CredentialError } from '../credential-error.ts';

/** Options of `fetchOnce`. */
export interface FetchOnceOptions {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** Aborted when the provider closes. */
  readonly closing: AbortSignal;
}

/**
 * Fetches once under a time limit, even when the source ignores its signal.
 *
 * @throws what the source throws, or a CredentialError `UNAVAILABLE` at the limit or when closed
 */
export async function fetchOnce(source: CredentialSource, options: FetchOnceOptions): Promise<FetchedCredentials> {
  const limit = new AbortController();
  const ended = (message: string): CredentialError =>
    new CredentialError(`credential source "${source.name}" ${message}`, { code: 'UNAVAILABLE', retryable: true });
  const close = (): void => limit.abort(ended('was closed'));
  if (options.closing.aborted) throw ended('was closed');
  options.closing.addEventListener('abort', close, { once: true });
  const timer = setTimeout(
    () => limit.abort(ended(`did not respond within ${options.timeoutMs} ms`)),
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

/** Waits for a shared promise until the signal aborts. The promise continues without this waiter. */
export type Wait = <T>(shared: Promise<T>, signal: AbortSignal | undefined) => Promise<T>;

interface Crowd {
  readonly leave: Set<(reason: unknown) => void>;
  readonly abort: () => void;
}

/** Lets many wait for shared promises. A signal gets one listener, however many wait with it: Node warns of a leak at eleven. */
export function createWaiters(): Wait {
  const crowds = new WeakMap<AbortSignal, Crowd>();

  function crowdOf(signal: AbortSignal): Crowd {
    const known = crowds.get(signal);
    if (known !== undefined) return known;
    const leave = new Set<(reason: unknown) => void>();
    const abort = (): void => {
      for (const reject of leave) reject(signal.reason);
    };
    const crowd = { leave, abort };
    signal.addEventListener('abort', abort, { once: true });
    crowds.set(signal, crowd);
    return crowd;
  }

  return async (shared, signal) => {
    if (signal === undefined) return shared;
    signal.throwIfAborted();
    const crowd = crowdOf(signal);
    let left: (reason: unknown) => void = () => {};
    const leaving = new Promise<never>((_resolve, reject) => {
      left = reject;
    });
    crowd.leave.add(left);
    try {
      return await Promise.race([shared, leaving]);
    } finally {
      crowd.leave.delete(left);
      if (crowd.leave.size === 0) {
        crowds.delete(signal);
        signal.removeEventListener('abort', crowd.abort);
      }
    }
  };
}

/** Waits, and rejects with the signal's reason as soon as it aborts. */
export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Waits with the platform's timer. Leaves neither timer nor listener behind. */
export const sleep: Sleep = (ms, signal) =>
  new Promise((resolve, reject) => {
    const leave = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', leave);
      resolve();
    }, ms);
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
