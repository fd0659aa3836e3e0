import { parseHttpDate, sleep, type Sleep } from '@ossgrant/credentials-core/internal';

/** What waiting depends on. */
export interface TryAgainOptions {
  readonly signal: AbortSignal;
  /** @default a timer */
  readonly wait?: Sleep | undefined;
}

/** When not to wait. */
export interface Misnaming {
  /** Whether a host that cannot be found, or refuses the connection, is the wrong one. */
  readonly mayBeMisnamed: () => boolean;
}

// Those of a download.
const MAX_FAILURES = 8;
const BASE_DELAY_MS = 250;
const MAX_DELAY_MS = 20_000;
const MAX_RETRY_AFTER_MS = 120_000;
// A throttled client does better to wait longer than the server's bare minimum.
const THROTTLED_FACTOR = 4;

/**
 * Sends a request that only reads, by the rules of a download: after a failure of the network, or a status that passes (408, 429, 5xx),
 * it waits and sends again, at most eight times. What comes last counts. It does not wait for a host that may be misnamed.
 *
 * @param send is called for each attempt, so that each is signed anew
 * @throws what `send` throws; the signal's reason when it is aborted
 */
export async function tryAgain(
  send: () => Promise<Response>,
  { signal, wait = sleep, mayBeMisnamed }: TryAgainOptions & Misnaming,
): Promise<Response> {
  for (let failures = 0; ;) {
    let response: Response | undefined;
    try {
      response = await send();
    } catch (error) {
      signal.throwIfAborted();
      const isMisnamed = mayBeMisnamed() && NOT_THERE.test(codeOf(error));
      if (!isOfNetwork(error) || isMisnamed || failures === MAX_FAILURES) throw error;
    }
    if (response !== undefined && (!isPassing(response.status) || failures === MAX_FAILURES)) return response;
    failures += 1;
    await response?.body?.cancel();
    await wait(delayMs(response, failures), signal);
  }
}

/** Whether an error is a failure of the network, as `fetch` reports it: its other errors are those of its caller. */
export function isOfNetwork(error: unknown): boolean {
  return error instanceof TypeError && error.cause !== undefined;
}

const NOT_THERE = /^(?:ECONNREFUSED|ENOTFOUND)$/;

function codeOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}

function isPassing(status: number): boolean {
  return status >= 500 || status === 408 || status === 429;
}

function delayMs(response: Response | undefined, failures: number): number {
  const isThrottled = response?.status === 429 || response?.status === 503;
  const longest = Math.min(MAX_DELAY_MS, BASE_DELAY_MS * (isThrottled ? THROTTLED_FACTOR : 1) * 2 ** (failures - 1));
  return Math.max(Math.random() * longest, Math.min(askedMs(response), MAX_RETRY_AFTER_MS));
}

// Retry-After in seconds, or as a date (RFC 9110, 10.2.3).
function askedMs(response: Response | undefined): number {
  const text = response?.headers.get('retry-after') ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  return Math.max(0, (parseHttpDate(text)?.getTime() ?? 0) - Date.now());
}
