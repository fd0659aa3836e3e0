import { sendDirect } from '#direct';
import { CredentialError, type CredentialErrorOptions } from '@ossgrant/credentials-core';
import { isLoopback } from '@ossgrant/credentials-core/internal';
import { BodyTooLarge, type HttpAnswer, type HttpCall, type SendHttp, sendWithFetch } from './http-call.ts';

/** A call with what a failure is to be called. */
export interface IssuerCall extends Omit<HttpCall, 'signal'> {
  /** The source's name, for messages. */
  readonly name: string;
  readonly send: SendHttp;
  /** The whole fetch's signal. */
  readonly signal: AbortSignal;
  /** Limit of this call, in milliseconds. */
  readonly timeoutMs: number;
}

/**
 * Calls whoever issues credentials and gives any answer below 300.
 *
 * @throws CredentialError classified by the status; neither URL nor body is in it, only the host
 */
export async function callIssuer(call: IssuerCall): Promise<HttpAnswer> {
  const answer = await anyAnswer(call);
  if (answer.status >= 200 && answer.status < 300) return answer;
  throw refusal(call, answer.status);
}

/** Like `callIssuer`, but gives every answer. */
export async function anyAnswer(call: IssuerCall): Promise<HttpAnswer> {
  const { url, method, headers, timeoutMs } = call;
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await call.send({ url, method, headers, signal: AbortSignal.any([call.signal, limit]) });
  } catch (cause) {
    call.signal.throwIfAborted();
    const said = limit.aborted ? `gave no answer within ${timeoutMs} ms` : 'could not be reached';
    if (cause instanceof BodyTooLarge) throw issuerError(call, 'answered with too long a body', 'INVALID_CONFIG');
    throw new CredentialError(`${call.name}: ${new URL(url).host} ${said}`, {
      code: 'UNAVAILABLE',
      retryable: true,
      cause,
    });
  }
}

/** What a status means that is no success. */
export function refusal(call: IssuerCall, status: number): CredentialError {
  if (status < 400) return issuerError(call, 'answered with a redirect, which is not followed', 'INVALID_CONFIG');
  const said = `answered with HTTP ${status}`;
  if (status === 401 || status === 403) return issuerError(call, said, 'DENIED', status);
  if (status === 429) return issuerError(call, said, 'THROTTLED', status);
  return issuerError(call, said, status >= 500 || status === 408 ? 'UNAVAILABLE' : 'INVALID_CONFIG', status);
}

function issuerError(
  call: IssuerCall,
  said: string,
  code: CredentialErrorOptions['code'],
  status?: number,
): CredentialError {
  return new CredentialError(`${call.name}: ${new URL(call.url).host} ${said}`, {
    code,
    retryable: code === 'UNAVAILABLE' || code === 'THROTTLED',
    ...(status === undefined ? {} : { status }),
  });
}

/** A URL that credentials may come from. */
export interface IssuerUrl {
  readonly href: string;
  readonly loopback: boolean;
}

/**
 * Checks a URL: https, or http to this machine. In a page it may be relative to the page.
 *
 * @throws TypeError for anything else
 */
export function issuerUrl(name: string, text: string): IssuerUrl {
  const page = (globalThis as { readonly location?: { readonly href?: string } }).location?.href;
  const url = URL.canParse(text, page) ? new URL(text, page) : undefined;
  if (url === undefined) throw new TypeError(`${name} must be a URL`);
  if (url.username !== '' || url.password !== '') throw new TypeError(`${name} must not contain a user or password`);
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError(`${name} must use https, or http to this machine: the answer is a secret`);
  }
  return { href: url.href, loopback };
}

/** The client for a URL: the one that was given; this machine without a proxy; else the platform's fetch of that moment. */
export function senderFor(url: Pick<IssuerUrl, 'loopback'>, given: typeof fetch | undefined): SendHttp {
  if (given !== undefined) return sendWithFetch(() => given);
  return url.loopback ? sendDirect : sendWithFetch(() => fetch);
}
