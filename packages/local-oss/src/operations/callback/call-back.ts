import { defined } from '@ossgrant/credentials-core/internal';
import { request as requestHttp, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { EC } from '../../http/ec.ts';
import type { ServerContext, CallbackSigner } from '../../context.ts';
import { Refusal } from '../../http/refusal.ts';
import { percentDecode, readSmallBody } from '../../http/raw-request.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { fillBody, type CallbackFacts, localLookup, type Callback } from './parse-callback.ts';

/** Options of `callBack`. */
export interface CallBackOptions extends CallbackFacts {
  readonly context: Pick<ServerContext, 'callbackSigner' | 'publicKeyUrl'>;
  /** Aborted when the client is gone. */
  readonly clientGone: AbortSignal;
  /** @default 5000 */
  readonly timeoutMs?: number;
}

const TIMEOUT_MS = 5000;
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Reports an upload to the client's own server, and passes its response on in place of the upload's own body.
 *
 * @param uploaded the upload's own response; the upload stands whatever the callback comes to
 * @throws Refusal 203 CallbackFailed when no URL answers 200 with JSON
 */
export async function callBack(
  callback: Callback,
  uploaded: OssResponse,
  options: CallBackOptions,
): Promise<OssResponse> {
  const body = fillBody(callback, options);
  const { 'Content-Type': _, ...headers } = uploaded.headers ?? {};
  let failure: Refusal | undefined;
  for (const url of callback.urls) {
    const late = AbortSignal.timeout(options.timeoutMs ?? TIMEOUT_MS);
    try {
      const answer = await post(url, {
        callback,
        body,
        ...options,
        signal: AbortSignal.any([options.clientGone, late]),
      });
      return { status: 200, headers: { ...headers, 'Content-Type': 'application/json' }, body: answer };
    } catch (error) {
      failure = late.aborted ? callbackFailed('Cost too long time', headers) : asRefusal(error, headers);
      if (options.clientGone.aborted) break;
    }
  }
  throw failure ?? callbackFailed('The callbackUrl is missing.', headers);
}

interface Post extends Pick<CallBackOptions, 'context'> {
  readonly callback: Callback;
  readonly body: string;
  readonly signal: AbortSignal;
}

async function post(url: URL, { callback, body, signal, context }: Post): Promise<string> {
  const { callbackSigner, publicKeyUrl } = context;
  const headers = {
    Host: callback.host ?? url.host,
    Connection: 'close',
    'Content-Type': callback.bodyType,
    'Content-Length': String(Buffer.byteLength(body)),
    'User-Agent': 'local-oss',
    authorization: await signature(callbackSigner, url, body),
    'x-oss-pub-key-url': Buffer.from(publicKeyUrl()).toString('base64'),
  };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    // With an agent of its own: the global one may go by a proxy that the environment names.
    const direct = { lookup: localLookup, agent: false } as const;
    request(url, { method: 'POST', headers, signal, ...direct }, resolve)
      .on('error', reject)
      .end(body);
  });
  // Nobody else ends it when it is not read to its end.
  const answer = await readSmallBody(response, MAX_ANSWER_BYTES).finally(() => response.destroy());
  if (response.statusCode !== 200)
    throw callbackFailed(`Error status : ${response.statusCode}.`, {}, EC.callbackStatus);
  return json(answer.toString());
}

function signature(signer: CallbackSigner, { pathname, search }: URL, body: string): Promise<string> {
  return signer.sign(`${percentDecode(pathname)}${search}\n${body}`);
}

function json(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw callbackFailed('Response body is not valid json format.', {}, EC.callbackResponse);
  }
}

function asRefusal(error: unknown, headers: Readonly<Record<string, string>>): Refusal {
  const parts = error instanceof Refusal ? error.parts : undefined;
  if (parts?.code === 'CallbackFailed') return new Refusal({ ...parts, headers });
  if (parts?.code === 'EntityTooLarge') {
    return callbackFailed('Error Status : 400.User server return too long content-length value', headers);
  }
  const unreachable = 'Error status : -1.OSS can not connect to your callbackUrl, please check it.';
  return callbackFailed(unreachable, headers);
}

function callbackFailed(message: string, headers: Readonly<Record<string, string>>, ec?: string): Refusal {
  return new Refusal({ status: 203, code: 'CallbackFailed', message, headers, ...defined({ ec }) });
}
