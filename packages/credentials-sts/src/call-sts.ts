import {
  bareError,
  CredentialError,
  MAX_ERROR_BODY_BYTES,
  parseOssError,
  type Credentials,
} from '@ossgrant/signer-core';
import { encodeRpcForm, signRpcV1, type RpcParameters } from '@ossgrant/signer-core/rpc';
import { readHeaders } from './read-headers.ts';
import { readLimited } from './read-limited.ts';
import { StsRefusal } from './sts-refusal.ts';
import { withinTime } from './within-time.ts';

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
