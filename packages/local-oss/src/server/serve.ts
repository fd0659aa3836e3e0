import { defined } from '@ossgrant/credentials-core/internal';
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { corsHeaders, preflight } from '../access/origins.ts';
import { issuerDocument } from '../accounts/issuer.ts';
import type { ServerContext } from '../context.ts';
import { findAddress } from '../http/address.ts';
import { notImplemented, Refusal } from '../http/refusal.ts';
import { readRawRequest, type RawRequest } from '../http/raw-request.ts';
import { refusalResponse, inviteBody, writeBody, writeHead, type OssResponse } from '../http/oss-response.ts';
import { PUBLIC_KEY_PATH } from '../operations/callback/callback-signer.ts';
import { isStsRequest, serveSts } from '../sts/serve-sts.ts';
import type { NonceLog } from '../sts/verify-call.ts';
import type { FaultList } from './faults.ts';
import { maskTarget, type JournalDraft, type JournalWriter, type Report } from './journal.ts';
import { serveOss } from './serve-oss.ts';
import type { Broken } from './unserved.ts';

/** Parts of one server beside its context. */
export interface ServeOptions {
  readonly context: ServerContext;
  readonly nonces: NonceLog;
  readonly journal: JournalWriter;
  /** Called after the response. */
  readonly report: Report;
  readonly faults: FaultList;
  /** Aborted when the connection ends. */
  readonly clientGoneSignal: (socket: Socket) => AbortSignal;
  /** Why a connection broke in the middle of a request. */
  readonly brokenBy: (socket: Socket) => Broken | undefined;
}

/** Serves one request. Never throws: an internal error becomes a 500 with a request id. */
export async function serve(message: IncomingMessage, response: ServerResponse, options: ServeOptions): Promise<void> {
  const { context } = options;
  const started = performance.now();
  const requestId = randomBytes(12).toString('hex').toUpperCase();
  const time = context.clock.now();
  const draft: JournalDraft = {};
  const hostId = message.headers.host ?? 'localhost';
  const method = message.method ?? 'GET';
  const clientGone = options.clientGoneSignal(message.socket);
  const refuse = (failure: Refusal): OssResponse => {
    const { code, ec, message: what } = failure.parts;
    // Every refusal has its reason in the journal; permissions have left theirs.
    if (draft.decision?.at(-1)?.startsWith('refused: ') !== true) draft.decision = [...(draft.decision ?? []), what];
    Object.assign(draft, { code, ...defined({ ec }) });
    return refusalResponse(failure, { method, requestId, hostId });
  };
  const send = (ossResponse: OssResponse): OssResponse => {
    const headers = {
      Server: 'AliyunOSS',
      Date: time.toUTCString(),
      'x-oss-request-id': requestId,
      'x-oss-server-time': String(Math.round(performance.now() - started)),
      ...ossResponse.headers,
    };
    writeHead(response, { ...ossResponse, headers });
    return ossResponse;
  };
  const sent = await route(message, response, { ...options, requestId, draft, clientGone })
    .catch((error: unknown) => refuse(asRefusal(error, lossOf(message, clientGone, options))))
    .then(send)
    .catch((error: unknown) => send(refuse(internalError(error))));
  const target = maskTarget(message.url ?? '/');
  // The client of a request that broke was answered where it broke.
  const { requestId: id = requestId } = breakOf(message, options) ?? {};
  const entry = { time, method, host: hostId.slice(0, 256), target, status: sent.status, requestId: id, ...draft };
  options.journal.add(entry);
  await writeBody(response, sent.body, clientGone).catch(() => response.destroy());
  // The rest of a refused upload is read and dropped, so that the client gets to read the refusal.
  message.resume();
  options.report(entry);
}

async function route(
  message: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions & {
    readonly requestId: string;
    readonly draft: JournalDraft;
    readonly clientGone: AbortSignal;
  },
): Promise<OssResponse> {
  const { context, nonces, faults, requestId, draft, clientGone } = options;
  assertServable(message);
  const request = readRawRequest(message);
  const document = await issuerDocument(request, context.issuer);
  if (document !== undefined) return document;
  if (isForPublicKey(request, context)) return publicKey(context);
  const address = findAddress(request, context);
  const isPreflight = request.method === 'OPTIONS' && request.headers.has('origin');
  if (isPreflight && address.bucket === undefined) return preflight(request, context.stsCors);
  if (address.bucket !== undefined || !isStsRequest(request)) {
    return serveOss(request, message, { response, context, faults, draft, address, clientGone });
  }
  inviteBody(message, response);
  const throttled = faults.takeStsThrottling();
  const stsResponse = await serveSts(request, message, {
    context,
    nonces,
    requestId,
    throttled,
    note: (lines) => Object.assign(draft, lines),
  });
  return { ...stsResponse, headers: { ...stsResponse.headers, ...corsHeaders(request, context.stsCors) } };
}

// What Node would refuse before any handler sees it.
function assertServable({ headers, httpVersion }: IncomingMessage): void {
  if (headers.host === undefined && httpVersion === '1.1') {
    throw new Refusal({ status: 400, code: 'InvalidRequest', message: 'An HTTP/1.1 request must have a Host header.' });
  }
  const coding = headers['transfer-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'chunked') {
    // https://www.rfc-editor.org/rfc/rfc9112#section-6.1: nobody knows where its body ends.
    throw notImplemented(`the transfer coding ${coding}: send the body chunked, or with its Content-Length`);
  }
  if (headers.expect !== undefined && headers.expect.toLowerCase() !== '100-continue') {
    throw new Refusal({
      status: 417,
      code: 'ExpectationFailed',
      message: 'The only known expectation is 100-continue.',
    });
  }
}

// Only by the very address that callbacks name: by any other, this may be a key.
function isForPublicKey({ method, rawPath, headers }: RawRequest, { publicKeyUrl }: ServerContext): boolean {
  return method === 'GET' && rawPath === PUBLIC_KEY_PATH && headers.get('host') === new URL(publicKeyUrl()).host;
}

async function publicKey({ callbackSigner }: ServerContext): Promise<OssResponse> {
  const headers = { 'Content-Type': 'application/x-pem-file' };
  return { status: 200, headers, body: await callbackSigner.publicKey() };
}

// Why the rest of a request does not come; `undefined` while it may.
function lossOf(message: IncomingMessage, clientGone: AbortSignal, options: ServeOptions): Refusal | undefined {
  // A message is destroyed at its end too; only one that is not complete was cut off.
  if (!clientGone.aborted && !(message.destroyed && !message.complete)) return undefined;
  const gone = { status: 499, code: 'ClientGone', message: 'The client went away.' };
  return breakOf(message, options)?.refusal ?? new Refusal(gone);
}

// A request that is complete may be followed by one that broke.
function breakOf(message: IncomingMessage, { brokenBy }: ServeOptions): Broken | undefined {
  return message.complete ? undefined : brokenBy(message.socket);
}

function asRefusal(error: unknown, loss: Refusal | undefined): Refusal {
  if (error instanceof Refusal) return error;
  return loss ?? internalError(error);
}

function internalError(cause: unknown): Refusal {
  console.error('local-oss: internal error', cause);
  return new Refusal({ status: 500, code: 'InternalError', message: 'We encountered an internal error.' });
}
