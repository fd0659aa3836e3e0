import { CliError, usageError } from '../../cli-error.ts';
import { EXIT } from '../../exit-codes.ts';
import type { SentRequest } from './read-request.ts';

/** What the server answered. */
export interface ProbeAnswer {
  readonly status: number;
  /** The refusal: its body, or the `x-oss-err` header that HEAD gets instead. Absent when it was none. */
  readonly error?: string;
}

// Longer than any refusal of OSS.
const MAX_BYTES = 65_536;

/**
 * Sends the request as it is and reads the refusal, if it is one. Asks for one byte where it is none.
 *
 * @throws CliError for methods that would change something, and when the server cannot be reached
 */
export async function probe(
  request: SentRequest,
  { fetch, signal }: { readonly fetch: typeof globalThis.fetch; readonly signal: AbortSignal },
): Promise<ProbeAnswer> {
  const { method, url } = request;
  if (method !== 'GET' && method !== 'HEAD')
    throw usageError(`--probe does not send ${method}: it could change something`);
  let response: Response;
  try {
    response = await fetch(url, {
      method,
      headers: { range: 'bytes=0-0', ...request.headers },
      redirect: 'manual',
      signal,
    });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CliError(EXIT.failure, 'the server cannot be reached', {
      fix: 'check the host in the link, the network and HTTPS_PROXY',
      cause,
    });
  }
  if (response.status < 400) {
    await response.body?.cancel();
    return { status: response.status };
  }
  const body = (await response.text()).slice(0, MAX_BYTES);
  return { status: response.status, error: body === '' ? (response.headers.get('x-oss-err') ?? '') : body };
}
