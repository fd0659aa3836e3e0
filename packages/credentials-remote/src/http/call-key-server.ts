import { sendDirect, takesCacheMode } from '#direct';
import { CredentialError, type CredentialErrorOptions } from '@ossgrant/credentials-core';
import { bareError, defined, isLoopback, type Option, takes } from '@ossgrant/credentials-core/internal';
import { BodyTooLarge, type HttpCall, type HttpResponse, type SendHttp, sendWithFetch } from './http-call.ts';

/** A call of a server that hands out keys. */
export interface KeyServerCall extends Omit<HttpCall, 'signal'> {
  /** The source's name, for messages. */
  readonly name: string;
  readonly send: SendHttp;
  /** The whole fetch's signal. */
  readonly signal: AbortSignal;
  /** Limit of this call, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Calls a server that hands out keys and returns any response with a status below 300.
 *
 * @throws CredentialError classified by the status; it names the host, and neither the URL nor the body
 */
export async function callKeyServer(call: KeyServerCall): Promise<HttpResponse> {
  const response = await anyResponse(call);
  if (response.status >= 200 && response.status < 300) return response;
  throw refusal(call, response.status);
}

/** Like `callKeyServer`, but returns every response. */
export async function anyResponse(call: KeyServerCall): Promise<HttpResponse> {
  const { url, method, headers, timeoutMs } = call;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await call.send({ url, method, headers, signal: AbortSignal.any([call.signal, limit]) });
  } catch (cause) {
    call.signal.throwIfAborted();
    if (cause instanceof BodyTooLarge) throw failed(call, 'sent too long a body', 'INVALID_CONFIG');
    const reason = limit.aborted ? `did not respond within ${timeoutMs} ms` : 'could not be reached';
    throw new CredentialError(`${call.name}: ${new URL(url).host} ${reason}`, {
      code: 'UNAVAILABLE',
      retryable: true,
      cause: bareError(cause),
    });
  }
}

/** The error for a status that is not a success. */
export function refusal(call: KeyServerCall, status: number): CredentialError {
  if (status < 400) return failed(call, 'sent a redirect, which is not followed', 'INVALID_CONFIG');
  const reason = `responded with HTTP ${status}`;
  if (status === 401 || status === 403) return failed(call, reason, 'DENIED', status);
  if (status === 429) return failed(call, reason, 'THROTTLED', status);
  return failed(call, reason, status >= 500 || status === 408 ? 'UNAVAILABLE' : 'INVALID_CONFIG', status);
}

function failed(
  call: KeyServerCall,
  reason: string,
  code: CredentialErrorOptions['code'],
  status?: number,
): CredentialError {
  const retryable = code === 'UNAVAILABLE' || code === 'THROTTLED';
  const message = `${call.name}: ${new URL(call.url).host} ${reason}`;
  return new CredentialError(message, { code, retryable, ...defined({ status }) });
}

/** Headers that can be sent. Clients quote a header that cannot, and it may be a secret. */
export const sendableHeaders: Option = takes.special(
  'an object of HTTP headers, each a string of printable characters',
  (value) =>
    takes.textMap.accepts(value) &&
    Object.entries(value as Readonly<Record<string, string>>).every(
      ([name, text]) => /^[!#$%&'*+.^`|~\w-]+$/.test(name) && /^[\t\x20-\x7e\x80-\xff]*$/.test(text),
    ),
);

/** The URL of a server that hands out keys. */
export interface KeyServerUrl {
  readonly href: string;
  readonly loopback: boolean;
}

/**
 * Checks a URL: https, or http to this machine. In a page it may be relative to the page.
 *
 * @throws TypeError for anything else
 */
export function keyServerUrl(name: string, text: string): KeyServerUrl {
  const page = (globalThis as { readonly location?: { readonly href?: string } }).location?.href;
  const url = URL.canParse(text, page) ? new URL(text, page) : undefined;
  if (url === undefined) throw new TypeError(`${name} must be a URL`);
  if (url.username !== '' || url.password !== '') throw new TypeError(`${name} must not contain a user or password`);
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError(`${name} must use https, or http to this machine: the response is a secret`);
  }
  return { href: url.href, loopback };
}

/** The client for a URL: the given fetch; for this machine one that bypasses proxies; else the platform's fetch of the moment. */
export function senderFor(url: Pick<KeyServerUrl, 'loopback'>, given: typeof fetch | undefined): SendHttp {
  if (given !== undefined) return sendWithFetch(() => given, takesCacheMode);
  return url.loopback ? sendDirect : sendWithFetch(() => fetch, takesCacheMode);
}
