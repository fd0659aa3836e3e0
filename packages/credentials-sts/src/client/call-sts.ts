import { CredentialError, type Credentials, type FetchedCredentials } from '@ossgrant/credentials-core';
import { bareError } from '@ossgrant/credentials-core/internal';
import { MAX_ERROR_BODY_BYTES, parseOssError } from '@ossgrant/signer-core';
import { encodeRpcForm, signRpcV1, type RpcParameters } from '@ossgrant/signer-core/rpc';
import { type RefusalHeaders, StsRefusal } from './sts-refusal.ts';

/** Reads the server's time and its wish for patience: seconds, or an HTTP date. */
export function readHeaders(headers: Headers): RefusalHeaders {
  const serverDate = new Date(headers.get('date') ?? Number.NaN);
  const told = !Number.isNaN(serverDate.getTime());
  const retryAfterMs = retryAfter(headers.get('retry-after'), told ? serverDate : undefined);
  return { ...(told ? { serverDate } : {}), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function retryAfter(text: string | null, serverDate: Date | undefined): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const until = new Date(text).getTime();
  if (Number.isNaN(until) || serverDate === undefined) return undefined;
  return Math.max(0, until - serverDate.getTime());
}

/** Reads a body up to `limit` bytes; what is beyond is not read. */
export async function readLimited(response: Response, limit: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const bytes = new Uint8Array(limit);
  let size = 0;
  while (size < limit) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, size);
    const taken = (value as Uint8Array).subarray(0, limit - size);
    bytes.set(taken, size);
    size += taken.length;
  }
  await reader.cancel();
  return bytes;
}

/** A signal that also aborts at a time limit. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  /** Takes the timer and the listener away. */
  clear(): void;
}

/** Narrows a signal by a time limit, in milliseconds. */
export function withinTime(outer: AbortSignal, ms: number): TimeLimit {
  const inner = new AbortController();
  const follow = (): void => inner.abort(outer.reason);
  const timer = setTimeout(() => inner.abort(new DOMException(`no answer within ${ms} ms`, 'TimeoutError')), ms);
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

/** One attempt to call STS. */
export interface StsCall {
  readonly url: string;
  readonly action: string;
  /** The action's own parameters. */
  readonly parameters: RpcParameters;
  /** Absent: the call is not signed. */
  readonly caller?: Credentials;
  readonly fetch: typeof fetch;
  /** The time to sign with, in milliseconds since the Unix epoch. */
  readonly nowMs: () => number;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
}

/** A successful answer. */
export interface StsAnswer {
  readonly body: unknown;
  /** The server's time, from the `Date` header. */
  readonly serverDate?: Date;
}

/**
 * Calls STS once: RPC V1, POST, everything in the form body, so that key id, token and signature stay out of access logs.
 *
 * @throws CredentialError classified by the answer's Code; the body itself is never in it
 */
export async function callSts(call: StsCall): Promise<StsAnswer> {
  const { response, body } = await post(call, formOf(call));
  const headers = readHeaders(response.headers);
  if (!response.ok) {
    const info = parseOssError({ status: response.status, header: (name) => response.headers.get(name), body });
    throw new StsRefusal(call.action, info, headers);
  }
  const { serverDate } = headers;
  try {
    return {
      body: JSON.parse(new TextDecoder().decode(body)) as unknown,
      ...(serverDate === undefined ? {} : { serverDate }),
    };
  } catch {
    throw malformed(call.action, 'is not JSON');
  }
}

/** An answer that cannot be used; it is not quoted. */
export function malformed(action: string, problem: string): CredentialError {
  return new CredentialError(`STS ${action}: the answer ${problem}. Check the endpoint`, {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}

function formOf({ action, parameters, caller, nowMs }: StsCall): string {
  const common = { ...parameters, Action: action, Version: '2015-04-01' };
  if (caller === undefined) return encodeRpcForm({ ...common, Format: 'JSON' });
  const { accessKeyId, accessKeySecret, securityToken } = caller;
  return signRpcV1({
    parameters: common,
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
    date: new Date(nowMs()),
    nonce: crypto.randomUUID(),
  });
}

async function post(call: StsCall, form: string): Promise<{ response: Response; body: Uint8Array }> {
  const limit = withinTime(call.signal, call.timeoutMs);
  try {
    const response = await call.fetch(call.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
      // The form is a credential: it goes to the endpoint that was named and nowhere else.
      redirect: 'error',
      signal: limit.signal,
    });
    return { response, body: await readLimited(response, MAX_ERROR_BODY_BYTES) };
  } catch (cause) {
    call.signal.throwIfAborted();
    const what = limit.signal.aborted ? `gave no answer within ${call.timeoutMs} ms` : 'could not be reached';
    throw new CredentialError(`STS ${call.action}: ${new URL(call.url).host} ${what}`, {
      code: 'UNAVAILABLE',
      retryable: true,
      cause: bareError(cause),
    });
  } finally {
    limit.clear();
  }
}

/** Own field of a parsed answer. Nothing is read from a prototype. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** @throws CredentialError `INVALID_CONFIG` when the field is no text, or empty */
export function textField(value: unknown, name: string, action: string): string {
  const text = field(value, name);
  if (typeof text !== 'string' || text === '') throw malformed(action, `has no ${name}`);
  return text;
}

/** Reads the credentials of an answer. @throws CredentialError `INVALID_CONFIG` */
export function readCredentials({ body, serverDate }: StsAnswer, action: string): FetchedCredentials {
  const found = field(body, 'Credentials');
  const expiration = new Date(textField(found, 'Expiration', action));
  if (Number.isNaN(expiration.getTime())) throw malformed(action, 'has no readable Expiration');
  return {
    accessKeyId: textField(found, 'AccessKeyId', action),
    accessKeySecret: textField(found, 'AccessKeySecret', action),
    securityToken: textField(found, 'SecurityToken', action),
    expiration,
    ...(serverDate === undefined ? {} : { serverDate }),
  };
}
