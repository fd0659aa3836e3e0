import { publish } from '#runtime';
import { transport } from '#transport';
import { connectionError } from '../connection-error.ts';
import { formatRange, isStrong, type ByteRange } from '../object-response.ts';
import type { ObjectInfo } from '../download.ts';
import type { PreparedRequest, RequestSource } from '../request-source.ts';
import type { SendOptions, TransportResponse } from '../transport/transport.ts';
import type { Timeouts } from './limits.ts';
import { prepareRequest } from './requests.ts';

/** Ends a download, whatever it is doing. */
export interface Stop {
  /** Also aborted by the caller's own. */
  readonly signal: AbortSignal;
  stop(reason: unknown): void;
}

/** @param signal of the caller */
export function createStop(signal?: AbortSignal): Stop {
  const stopped = new AbortController();
  return {
    signal: signal === undefined ? stopped.signal : AbortSignal.any([signal, stopped.signal]),
    stop: (reason) => stopped.abort(reason),
  };
}

/** An attempt that was made before the session that goes on from it. */
export type FirstAttempt = { readonly attempts: number } & (
  | { readonly request: PreparedRequest; readonly response: TransportResponse }
  | { readonly error: unknown }
);

/** What a first attempt needs. */
export interface FirstAttemptOptions
  extends Required<Pick<SendOptions, 'blocks' | 'collect'>>, Pick<SendOptions, 'direct'> {
  readonly source: RequestSource;
  readonly range: ByteRange;
  readonly signal: AbortSignal;
  readonly timeouts: Timeouts;
}

/** Sends one request. A failure is a result, too; only an abort is thrown. */
export async function attemptFirst(options: FirstAttemptOptions): Promise<FirstAttempt> {
  const { source, range, signal, timeouts, blocks, direct, collect } = options;
  const { connectMs, headersMs, bodyMs } = timeouts;
  const headers = headersFor(source, range, undefined);
  let request: PreparedRequest | undefined;
  let hasResponse = false;
  try {
    request = await prepareRequest(source, { headers, clockOffsetMs: 0, signal }, timeouts.prepareMs);
    publish({ type: 'attempt', identity: source.identity, attempt: 1, start: range.start });
    const response = await transport.send(request, {
      signal,
      connectMs,
      headersMs,
      bodyMs,
      blocks,
      direct,
      collect(status, header) {
        hasResponse = true;
        return collect(status, header);
      },
    });
    return { attempts: 1, request, response };
  } catch (error) {
    signal.throwIfAborted();
    if (request === undefined) return { attempts: 0, error };
    return { attempts: 1, error: connectionError(error, hasResponse ? BROKEN : unreachable(request)) };
  }
}

/** Says that no response came. */
export function unreachable({ origin }: PreparedRequest): string {
  return `${new URL(origin).host} could not be reached`;
}

/** Says that the connection was lost in the body of a response. */
export const BROKEN = 'the connection broke while the object was being received';

/** The headers of a request for a range of an object. */
export function headersFor(
  source: RequestSource,
  range: ByteRange | undefined,
  known: ObjectInfo | undefined,
): Record<string, string> {
  if (range === undefined) return {};
  return {
    range: formatRange(range),
    ...(isStrong(known?.etag) ? { 'if-match': known.etag } : {}),
    // With a link the header would be unsigned, and refused.
    ...(source.signsHeaders === true ? { 'x-oss-range-behavior': 'standard' } : {}),
  };
}
