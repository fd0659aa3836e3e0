import type { Credentials, Clock, CredentialProvider } from '@ossgrant/credentials-core';
import { latestEndMs } from '@ossgrant/credentials-core/internal';
import type { OssRequest } from '@ossgrant/signer-core';
import type { LinkDates, RequestedLife } from './link-life.ts';
import type { BatchResult, PresignedUrl, PresignRequest, PresignWarning } from './presigner.ts';

/** The two halves of signing a link, before and after credentials are there. Both are synchronous. */
export interface LinkSigner {
  /** @throws TypeError, RangeError or PresignError for invalid options */
  prepare(request: PresignRequest): PreparedLink;
  /** @param now in milliseconds; by default it reads the clock. @throws PresignError, SigningError or CredentialError */
  sign(link: PreparedLink, credentials: Credentials, now?: number): PresignedUrl;
}

/** A request that passed the checks of its options. */
export interface PreparedLink {
  readonly request: PresignRequest;
  readonly requested: RequestedLife;
  /** As of `now`. */
  readonly dates: LinkDates;
  readonly warnings: readonly PresignWarning[];
  readonly toSign: OssRequest;
  /** When it was checked, in milliseconds. */
  readonly now: number;
  /** How long the credentials should live on for it. */
  readonly minValidityMs: number;
}

/** Takes credentials for one of many links, at the instant `now`, in milliseconds. */
export type TakeCredentials = (minValidityMs: number, now: number) => Credentials | Promise<Credentials>;

/**
 * Holds one snapshot at a time for a run of links, and asks the provider again in each new second, or sooner for a link
 * that the snapshot would not outlive. So a run of an hour is refreshed like single calls, and the links of one second do
 * not wait for each other.
 */
export function holdCredentials(
  provider: CredentialProvider,
  clock: Clock,
  signal: AbortSignal | undefined,
): TakeCredentials {
  let held: { readonly credentials: Credentials; readonly second: number; readonly endsAt: number } | undefined;

  async function fetch(minValidityMs: number): Promise<Credentials> {
    const credentials = await provider.getCredentials(
      signal === undefined ? { minValidityMs } : { minValidityMs, signal },
    );
    const now = clock.now();
    held = { credentials, second: Math.floor(now / 1000), endsAt: latestEndMs(credentials, now) };
    return credentials;
  }

  return (minValidityMs, now) => {
    const fits = held !== undefined && held.second === Math.floor(now / 1000) && held.endsAt - now >= minValidityMs;
    return fits && held !== undefined ? held.credentials : fetch(minValidityMs);
  };
}

type Result = BatchResult<PresignRequest, PresignedUrl>;

/** Needs of a run of links. */
export interface RunOptions {
  readonly signer: LinkSigner;
  readonly take: TakeCredentials;
  readonly signal: AbortSignal | undefined;
}

/** Signs lazily: takes one request for each result. Only an abort ends the run. */
export function presignEach(
  requests: Iterable<PresignRequest> | AsyncIterable<PresignRequest>,
  options: RunOptions,
): AsyncIterableIterator<Result> {
  return Symbol.asyncIterator in requests ? eachAsync(requests, options) : each(requests, options);
}

// Not a generator: its promises for each item cost a third as much as the signature.
function each(requests: Iterable<PresignRequest>, options: RunOptions): AsyncIterableIterator<Result> {
  const items = requests[Symbol.iterator]();
  const end = (): IteratorReturnResult<undefined> => {
    items.return?.();
    return { done: true, value: undefined };
  };
  return {
    async next() {
      const item = items.next();
      if (item.done === true) return { done: true, value: undefined };
      try {
        const result = resultOf(item.value, options);
        return { done: false, value: result instanceof Promise ? await result : result };
      } catch (error) {
        end();
        throw error;
      }
    },
    return: async () => end(),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

async function* eachAsync(requests: AsyncIterable<PresignRequest>, options: RunOptions): AsyncGenerator<Result> {
  for await (const input of requests) yield resultOf(input, options);
}

function resultOf(input: PresignRequest, options: RunOptions): Result | Promise<Result> {
  const { signer, take, signal } = options;
  signal?.throwIfAborted();
  try {
    const link = signer.prepare(input);
    const credentials = take(link.minValidityMs, link.now);
    if (credentials instanceof Promise) return resultLater(link, credentials, options);
    return { ok: true, input, value: signer.sign(link, credentials) };
  } catch (error) {
    return failed(input, error);
  }
}

async function resultLater(
  link: PreparedLink,
  waiting: ReturnType<TakeCredentials>,
  { signer, signal }: RunOptions,
): Promise<Result> {
  try {
    return { ok: true, input: link.request, value: signer.sign(link, await waiting) };
  } catch (error) {
    signal?.throwIfAborted();
    return failed(link.request, error);
  }
}

function failed(input: PresignRequest, error: unknown): Result {
  if (!(error instanceof Error)) throw error;
  return { ok: false, input, error };
}
