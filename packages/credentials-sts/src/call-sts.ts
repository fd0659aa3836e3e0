import type { Clock, Credentials } from '@ossgrant/signer-core';
import { CredentialError, MAX_ERROR_BODY_BYTES, parseOssError } from '@ossgrant/signer-core';
import { signRpcV1, type RpcParameters } from '@ossgrant/signer-core/rpc';
import { classify, type Classification } from './classify.ts';
import { readLimited } from './read-limited.ts';

/** One call of STS. */
export interface StsCall {
  readonly url: string;
  readonly action: string;
  /** The action's own parameters. */
  readonly parameters: RpcParameters;
  readonly caller: Credentials;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A successful answer. */
export interface StsAnswer {
  readonly body: unknown;
  /** The server's time, from the `Date` header. */
  readonly serverDate?: Date;
}

/** A refusal by STS, with what it means. */
export class StsRefusal extends CredentialError {
  readonly classification: Classification;

  constructor(
    message: string,
    options: ConstructorParameters<typeof CredentialError>[1],
    classification: Classification,
  ) {
    super(message, options);
    this.classification = classification;
  }
}

/**
 * Calls STS: RPC V1, POST, everything in the form body, so that key id, token and signature stay out of access logs.
 *
 * @throws CredentialError classified by the answer's Code; the body itself is never in it
 */
export async function callSts(call: StsCall): Promise<StsAnswer> {
  const { accessKeyId, accessKeySecret, securityToken } = call.caller;
  const form = signRpcV1({
    parameters: { ...call.parameters, Action: call.action, Version: '2015-04-01' },
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken }),
    date: new Date(call.clock.now()),
    nonce: crypto.randomUUID(),
  });
  const { response, body } = await post(call, form);
  if (!response.ok) throw refusal(call.action, response, body);
  const date = new Date(response.headers.get('date') ?? Number.NaN);
  try {
    return {
      body: JSON.parse(new TextDecoder().decode(body)) as unknown,
      ...(Number.isNaN(date.getTime()) ? {} : { serverDate: date }),
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

async function post(call: StsCall, form: string): Promise<{ response: Response; body: Uint8Array }> {
  try {
    const response = await call.fetch(call.url, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: form,
      // The form is a credential: it goes to the endpoint that was named and nowhere else.
      redirect: 'error',
      signal: call.signal,
    });
    return { response, body: await readLimited(response, MAX_ERROR_BODY_BYTES) };
  } catch (cause) {
    call.signal.throwIfAborted();
    throw new CredentialError(`STS ${call.action}: ${new URL(call.url).host} could not be reached`, {
      code: 'UNAVAILABLE',
      retryable: true,
      cause,
    });
  }
}

function refusal(action: string, response: Response, body: Uint8Array): StsRefusal {
  const info = parseOssError({ status: response.status, header: (name) => response.headers.get(name), body });
  const classification = classify(info);
  const { code: serviceCode, message, requestId, status } = info;
  const said = serviceCode === undefined ? `HTTP ${status}` : `${serviceCode} (HTTP ${status}): ${message ?? ''}`;
  return new StsRefusal(
    `STS ${action} was refused: ${said.trim()}`,
    {
      code: classification.code,
      retryable: classification.retryable,
      status,
      ...(serviceCode === undefined ? {} : { serviceCode }),
      ...(requestId === undefined ? {} : { requestId }),
    },
    classification,
  );
}
