import { transport } from '#transport';
import type { Clock } from '@ossgrant/signer-core';
import type { PreparedRequest, RequestSource } from './contracts.ts';
import { DownloadError } from './download-error.ts';
import { readRefusal, type Refusal } from './read-refusal.ts';
import type { TransportResponse } from './transport/transport.ts';

/** An accepted request. */
export interface Accepted {
  readonly request: PreparedRequest;
  readonly response: TransportResponse;
  readonly attempts: number;
}

// One for a refused link or key, one for a wrong clock.
const MAX_ATTEMPTS = 3;

/**
 * Sends a source's request until OSS answers with the object: a refused link or key is renewed once, a wrong clock is
 * corrected once, everything else is final.
 *
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function sendAttempts(source: RequestSource, signal: AbortSignal, clock: Clock): Promise<Accepted> {
  let clockOffsetMs = 0;
  let refusedToken: symbol | undefined;
  for (let attempts = 1; ; attempts += 1) {
    signal.throwIfAborted();
    const request = await source.prepare({ headers: {}, clockOffsetMs, signal });
    const sentAt = clock.now();
    const response = await send(request, signal);
    if (response.status === 200) return { request, response, attempts };
    const refusal = await readRefusal(response);
    signal.throwIfAborted();
    if (attempts === MAX_ATTEMPTS) throw refusal.error;
    if (refusal.serverTime !== undefined && clockOffsetMs === 0) {
      clockOffsetMs = refusal.serverTime.getTime() - sentAt;
      continue;
    }
    if (!renew(source, request.token, refusedToken, refusal)) throw refusal.error;
    refusedToken = request.token;
  }
}

// A second refusal, or of the same link or key again, is no matter of freshness.
function renew(source: RequestSource, token: symbol, refusedBefore: symbol | undefined, refusal: Refusal): boolean {
  if (refusal.rejection === undefined || source.rejected === undefined || refusedBefore !== undefined) return false;
  source.rejected({ token, cause: refusal.rejection });
  return true;
}

async function send(request: Parameters<typeof transport.send>[0], signal: AbortSignal): Promise<TransportResponse> {
  try {
    return await transport.send(request, signal);
  } catch (cause) {
    signal.throwIfAborted();
    throw new DownloadError(`${new URL(request.origin).host} could not be reached`, {
      code: 'NETWORK',
      retryable: true,
      cause,
    });
  }
}
