import { CredentialError, type Credentials, type FetchedCredentials } from '@ossgrant/credentials-core';
import { bareError, defined, parseHttpDate, parseInstant, readLimited } from '@ossgrant/credentials-core/internal';
import { MAX_ERROR_BODY_BYTES, parseOssError } from '@ossgrant/signer-core';
import { encodeRpcForm, signRpcV1, type RpcParameters } from '@ossgrant/signer-core/rpc';
import { type RefusalHeaders, StsRefusal } from './sts-refusal.ts';

/** One attempt to call STS. */
export interface StsAttempt {
  readonly url: string;
  readonly action: string;
  /** The action's own parameters. */
  readonly parameters: RpcParameters;
  /** Absent: the call is not signed. */
  readonly caller?: Credentials;
  readonly send: typeof fetch;
  /** The time to sign with, in milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A successful response. */
export interface StsResponse {
  readonly body: unknown;
  /** The server's time, from the `Date` header. */
  readonly serverDate?: Date;
}

/**
 * Calls STS once: RPC V1, POST, everything in the form body, so that key id, token and signature stay out of access logs.
 *
 * @throws CredentialError classified by the response's Code; it never holds the body
 */
export async function callSts(attempt: StsAttempt): Promise<StsResponse> {
  const { response, body, truncated } = await post(attempt, formOf(attempt));
  const headers = readHeaders(response.headers);
  // Status 0: a redirect that a page may not see.
  if (!response.ok && response.status < 400) throw malformed(attempt.action, 'is a redirect, which is not followed');
  if (!response.ok) {
    const info = parseOssError({ status: response.status, header: (name) => response.headers.get(name), body });
    throw new StsRefusal(attempt.action, info, headers);
  }
  if (truncated) throw malformed(attempt.action, `is longer than ${MAX_ERROR_BODY_BYTES} bytes`);
  const { serverDate } = headers;
  try {
    return { body: JSON.parse(new TextDecoder().decode(body)) as unknown, ...defined({ serverDate }) };
  } catch {
    throw malformed(attempt.action, 'is not JSON');
  }
}

/** The error for a response that cannot be used, which it does not quote. */
export function malformed(action: string, problem: string): CredentialError {
  return new CredentialError(`STS ${action}: the response ${problem}. Check the endpoint`, {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}

function formOf({ action, parameters, caller, nowMs }: StsAttempt): string {
  const common = { ...parameters, Action: action, Version: '2015-04-01' };
  if (caller === undefined) return encodeRpcForm({ ...common, Format: 'JSON' });
  const { accessKeyId, accessKeySecret, securityToken } = caller;
  return signRpcV1({
    parameters: common,
    accessKeyId,
    accessKeySecret,
    ...defined({ securityToken }),
    date: new Date(nowMs()),
    nonce: crypto.randomUUID(),
  });
}

async function post(attempt: StsAttempt, form: string): Promise<PostedForm> {
  // Not called as a method of the attempt: workerd and browsers refuse a fetch whose `this` is not the global object.
  const { send } = attempt;
  const limit = withinTime(attempt.signal, attempt.timeoutMs);
  try {
    const response = await send(attempt.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
      // The form is a credential: no redirect may take it to another server. Workers of Cloudflare know no 'error'.
      redirect: 'manual',
      signal: limit.signal,
    });
    const { bytes, truncated } = await readLimited(response.body, MAX_ERROR_BODY_BYTES);
    return { response, body: bytes, truncated };
  } catch (cause) {
    attempt.signal.throwIfAborted();
    const reason = limit.signal.aborted ? `did not respond within ${attempt.timeoutMs} ms` : 'could not be reached';
    throw new CredentialError(`STS ${attempt.action}: ${new URL(attempt.url).host} ${reason}`, {
      code: 'UNAVAILABLE',
      retryable: true,
      cause: bareError(cause),
    });
  } finally {
    limit.clear();
  }
}

interface PostedForm {
  readonly response: Response;
  /** At most `MAX_ERROR_BODY_BYTES`. */
  readonly body: Uint8Array;
  readonly truncated: boolean;
}

/** Reads the server's time, and how long it asks to wait: seconds, or until an HTTP date. */
function readHeaders(headers: Headers): RefusalHeaders {
  const serverDate = parseHttpDate(headers.get('date') ?? '');
  return defined({ serverDate, retryAfterMs: retryAfter(headers.get('retry-after'), serverDate) });
}

function retryAfter(text: string | null, serverDate: Date | undefined): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const until = parseHttpDate(text);
  if (until === undefined || serverDate === undefined) return undefined;
  return Math.max(0, until.getTime() - serverDate.getTime());
}

/** A signal that also aborts at a time limit. */
interface TimeLimit {
  readonly signal: AbortSignal;
  /** Removes the timer and the listener. */
  clear(): void;
}

/** Narrows a signal by a time limit, in milliseconds. */
function withinTime(outer: AbortSignal, ms: number): TimeLimit {
  const inner = new AbortController();
  const follow = (): void => inner.abort(outer.reason);
  const timer = setTimeout(() => inner.abort(new DOMException(`no response within ${ms} ms`, 'TimeoutError')), ms);
  outer.addEventListener('abort', follow, { once: true });
  if (outer.aborted) follow();
  return {
    signal: inner.signal,
    clear() {
      clearTimeout(timer);
      outer.removeEventListener('abort', follow);
    },
  };
}

/** A field of parsed JSON. Nothing is read from a prototype. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** @throws CredentialError `INVALID_CONFIG` when the field is not a string, or empty */
export function textField(value: unknown, name: string, action: string): string {
  const text = field(value, name);
  if (typeof text !== 'string' || text === '') throw malformed(action, `has no ${name}`);
  return text;
}

/** Reads the credentials of a response. @throws CredentialError `INVALID_CONFIG` */
export function readCredentials({ body, serverDate }: StsResponse, action: string): FetchedCredentials {
  const found = field(body, 'Credentials');
  const expiration = parseInstant(textField(found, 'Expiration', action));
  if (expiration === undefined) throw malformed(action, 'has an Expiration that is not an ISO 8601 date and time');
  return {
    accessKeyId: textField(found, 'AccessKeyId', action),
    accessKeySecret: textField(found, 'AccessKeySecret', action),
    securityToken: textField(found, 'SecurityToken', action),
    expiration,
    ...defined({ serverDate }),
  };
}
