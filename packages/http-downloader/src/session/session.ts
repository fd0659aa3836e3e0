import { publish } from '#runtime';
import { transport } from '#transport';
import { systemClock, type Clock } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { connectionError } from '../connection-error.ts';
import { DownloadError } from '../download-error.ts';
import type { DownloadOptions, ObjectInfo } from '../download.ts';
import { MAX_REDIRECTS, redirected } from '../link.ts';
import {
  changed,
  checkResponse,
  isPage,
  isProcessed,
  type ByteRange,
  type ObjectResponse,
} from '../object-response.ts';
import type { PreparedRequest, RequestSource } from '../request-source.ts';
import type { Blocks, TransportResponse } from '../transport/transport.ts';
import { createStop, headersFor, unreachable, type FirstAttempt, type Stop } from './first-attempt.ts';
import { withDefaultTimeouts, createPacer } from './limits.ts';
import { readRefusal } from './refusal.ts';
import { prepareRequest, createRenewals } from './requests.ts';
import { createRetry, type Retry, retryPolicy } from './retry.ts';

/** Shared by the connections of one download: clock offset, link or key, the object's facts, the deadline. */
export interface Session {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly minBytesPerSecond: number;
  /** Memory for received bytes. @default ordinary memory */
  readonly blocks?: Blocks;
  attempts(): number;
  known(): ObjectInfo | undefined;
  /** Sets the facts that every further response must match. */
  expect(info: ObjectInfo | undefined): void;
  /**
   * Sends one request. Renews a refused link or key and corrects a wrong clock; throws every other refusal.
   *
   * @throws DownloadError; the signal's reason when it is aborted
   */
  send(range?: ByteRange): Promise<ObjectResponse>;
  createRetry(): Retry;
  /** Reports bytes that failed their checksum: the transport may have a part in it. */
  wrongBytes(): void;
  /** Waits as the bandwidth limit requires. */
  pace(bytes: number): Promise<void>;
  /** Ends all that is running. */
  cancel(reason: unknown): void;
  /** Frees the timer. */
  close(): void;
}

interface Sent {
  readonly request: PreparedRequest;
  readonly response: TransportResponse;
}

// One for the link or key, one for the clock, and some for links that other connections are renewing.
const MAX_REFUSALS = 4;
const WHOLE: ByteRange = { start: 0, end: Infinity };

/** The parts of a session. */
export interface SessionStart {
  /** @default ordinary memory */
  readonly blocks?: Blocks;
  /** @default a new one */
  readonly stop?: Stop;
  /** Takes the place of the first attempt. */
  readonly first?: FirstAttempt;
}

/** Starts a session. @throws RangeError for options out of range */
export function createSession(source: RequestSource, options: DownloadOptions, start: SessionStart = {}): Session {
  const { blocks, stop = createStop(options.signal) } = start;
  const policy = retryPolicy(options.retry);
  const timeouts = withDefaultTimeouts(options.timeouts);
  const { direct, clock = systemClock } = options;
  const limit = options.bandwidthLimit;
  const pacer = limit === undefined ? undefined : createPacer({ limit, clock, sleep: policy.sleep });
  const { signal } = stop;
  const { deadlineMs } = policy;
  const endsAt = clock.monotonic() + (deadlineMs ?? Infinity);
  const timer = deadlineMs === undefined ? undefined : setTimeout(() => stop.stop(late(deadlineMs)), deadlineMs);
  const renewals = createRenewals(source, publish);
  const { identity } = source;
  let { first } = start;
  let attempts = first?.attempts ?? 0;
  let known: ObjectInfo | undefined;
  let clockOffsetMs = 0;

  async function attempt(range: ByteRange | undefined) {
    const offset = clockOffsetMs;
    const earlier = first;
    first = undefined;
    if (earlier !== undefined) {
      if ('error' in earlier) throw earlier.error;
      return followed(earlier, offset);
    }
    const headers = headersFor(source, range, known);
    const request = await prepareRequest(source, { headers, clockOffsetMs: offset, signal }, timeouts.prepareMs);
    attempts += 1;
    publish({ type: 'attempt', identity, attempt: attempts, start: range?.start ?? 0 });
    return followed({ request, response: await reach(request) }, offset);
  }

  async function followed({ request, response }: Sent, offset: number) {
    let sent = { request, response };
    for (let redirects = 0; redirects < MAX_REDIRECTS; redirects += 1) {
      const next = redirected(sent.request, sent.response);
      if (next === undefined) break;
      sent.response.discard();
      sent = { request: next, response: await reach(next) };
    }
    return { ...sent, offset };
  }

  async function reach(request: PreparedRequest): Promise<TransportResponse> {
    // Transports notice only later aborts.
    signal.throwIfAborted();
    try {
      const isCompared = !isProcessed(request.path);
      return await transport.send(request, { signal, ...timeouts, blocks, isCompared, direct });
    } catch (cause) {
      signal.throwIfAborted();
      throw connectionError(cause, unreachable(request));
    }
  }

  function check(request: PreparedRequest, response: TransportResponse, range: ByteRange | undefined): ObjectResponse {
    renewals.accepted(request.token);
    try {
      const decoded = transport.decodesContent && response.header('content-encoding') !== undefined;
      return { request, response, decoded, ...checkResponse(response, range, known) };
    } catch (error) {
      response.discard();
      throw error;
    }
  }

  return {
    signal,
    clock,
    minBytesPerSecond: timeouts.minBytesPerSecond,
    ...defined({ blocks }),
    attempts: () => attempts,
    known: () => known,
    expect: (info) => void (known = info),
    async send(range): Promise<ObjectResponse> {
      let refusedBefore: symbol | undefined;
      let corrected = false;
      // A body that was asked for by range is not compressed on its way. Where the platform undoes that, lengths and sums could not be compared.
      let asked = range ?? (transport.decodesContent ? WHOLE : undefined);
      for (let refusals = 1; ; refusals += 1) {
        const { request, response, offset } = await attempt(asked);
        const { status } = response;
        const isObject = status === 200 || (status === 206 && asked !== undefined);
        if (isObject && !isPage(response, request.path)) return check(request, response, asked);
        // Empty objects have no range.
        if (status === 416 && range === undefined && asked !== undefined) {
          response.discard();
          asked = undefined;
          continue;
        }
        // Now rather than when it was sent: this machine may have slept, or its clock been set, since.
        const now = clock.now();
        const refusal = await readRefusal(response, clock, timeouts.minBytesPerSecond);
        signal.throwIfAborted();
        // 416: the object has become shorter, as no range beyond its known end is requested.
        if (known !== undefined && (status === 412 || status === 416)) throw changed();
        if (refusals >= MAX_REFUSALS) throw refusal.error;
        if (refusal.serverTime !== undefined && !corrected) {
          corrected = true;
          if (offset === clockOffsetMs) clockOffsetMs = refusal.serverTime.getTime() - now;
          publish({ type: 'clock', identity, clockOffsetMs });
          continue;
        }
        if (request.token === refusedBefore || !renewals.refused(request.token, refusal)) throw refusal.error;
        refusedBefore = request.token;
      }
    },
    createRetry: () =>
      createRetry({
        policy,
        clock,
        minBytesPerSecond: timeouts.minBytesPerSecond,
        signal,
        remainingMs: () => endsAt - clock.monotonic(),
        onRetry: (retry) => publish({ type: 'retry', identity, ...retry }),
      }),
    wrongBytes: () => transport.onWrongBytes?.(),
    pace: async (bytes) => pacer?.pace(bytes, signal),
    cancel: (reason) => stop.stop(reason),
    close: () => clearTimeout(timer),
  };
}

function late(deadlineMs: number): DownloadError {
  return new DownloadError(`the download did not finish within ${deadlineMs} ms`, {
    code: 'DEADLINE',
    retryable: false,
  });
}
