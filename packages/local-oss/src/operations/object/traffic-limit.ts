import type { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { EC } from '../../http/ec.ts';
import { invalidArgument } from '../../http/refusal.ts';
import { parameter, type RawRequest, wholeNumber } from '../../http/raw-request.ts';
import { derive } from '../../http/oss-response.ts';
import type { OperationInput } from '../operation.ts';

/** Time, as a rate limit sees it. */
export interface Pace {
  /** Milliseconds that only ever go forward. */
  now(): number;
  wait(ms: number): Promise<void>;
}

/** Real time, until the signal is aborted. */
export function realPace(signal: AbortSignal): Pace {
  return { now: () => performance.now(), wait: (ms) => delay(ms, undefined, { signal }) };
}

const PIECE_MS = 50;

/** Passes bytes on at most at the given rate, in pieces of a twentieth of a second. */
export async function* limitRate(
  source: AsyncIterable<Buffer>,
  bitsPerSecond: number,
  pace: Pace,
): AsyncGenerator<Buffer> {
  const bytesPerMs = bitsPerSecond / 8000;
  const piece = Math.max(1, Math.floor(bytesPerMs * PIECE_MS));
  let due = pace.now();
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += piece) {
      const part = chunk.subarray(at, at + piece);
      // A client that stalled may catch up on one piece, not on all that it missed.
      due = Math.max(due, pace.now() - PIECE_MS) + part.length / bytesPerMs;
      const early = due - pace.now();
      if (early > 0) await pace.wait(early);
      yield part;
    }
  }
}

const MIN = 819_200;
const MAX = 838_860_800;

/**
 * The request's `x-oss-traffic-limit` in bit/s; `undefined` when it is absent.
 *
 * @throws Refusal 400 InvalidArgument when it is out of bounds or given twice
 */
export function trafficLimit(request: Pick<RawRequest, 'headers' | 'query'>): number | undefined {
  const inHeader = request.headers.get('x-oss-traffic-limit');
  const inQuery = parameter(request, 'x-oss-traffic-limit');
  if (inHeader !== undefined && inQuery !== undefined) {
    throw invalidArgument('The x-oss-traffic-limit must be in the URL or in a header, not in both.', EC.trafficLimit);
  }
  const text = inHeader ?? inQuery;
  if (text === undefined) return undefined;
  const limit = wholeNumber(text) ?? 0;
  if (limit >= MIN && limit <= MAX) return limit;
  throw invalidArgument(`The x-oss-traffic-limit must be from ${MIN} to ${MAX}.`, EC.trafficLimit);
}

type Limit = Pick<OperationInput, 'clientGone' | 'bitsPerSecond'>;

/** An upload's bytes, at the rate that its request allows. */
export function pacedUpload(bytes: AsyncIterable<Buffer>, { bitsPerSecond, clientGone }: Limit): AsyncIterable<Buffer> {
  return bitsPerSecond === undefined ? bytes : limitRate(bytes, bitsPerSecond, realPace(clientGone));
}

/** A download's bytes, at the rate that its request allows. */
export function pacedDownload(body: Readable, limit: Limit): Readable {
  return limit.bitsPerSecond === undefined ? body : derive(body, (bytes) => pacedUpload(bytes, limit));
}
