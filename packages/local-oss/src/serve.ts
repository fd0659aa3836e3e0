import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Failure } from './failure.ts';
import type { FaultList } from './faults/faults.ts';
import { failureReply } from './http/failure-reply.ts';
import { inviteBody } from './http/invite-body.ts';
import { readRawRequest } from './http/raw-request.ts';
import { writeReply, type Reply } from './http/reply.ts';
import { maskTarget, type JournalWriter } from './journal.ts';
import type { Notes } from './notes.ts';
import { serveOss } from './serve-oss.ts';
import type { ServerContext } from './server-context.ts';
import type { NonceLog } from './sts/nonce-log.ts';
import { isStsRequest, serveSts } from './sts/serve-sts.ts';

/** Parts that one server keeps beside its context. */
export interface ServeOptions {
  readonly context: ServerContext;
  readonly nonces: NonceLog;
  readonly journal: JournalWriter;
  readonly faults: FaultList;
}

/** Answers one request. Never throws: what goes wrong inside is a 500 with a request id. */
export async function serve(message: IncomingMessage, response: ServerResponse, options: ServeOptions): Promise<void> {
  const { context, journal } = options;
  const started = performance.now();
  const requestId = randomBytes(12).toString('hex').toUpperCase();
  const time = context.clock.now();
  const notes: Notes = {};
  const hostId = message.headers.host ?? 'localhost';
  const method = message.method ?? 'GET';
  let reply: Reply;
  try {
    reply = await route(message, response, { ...options, requestId, notes });
  } catch (error) {
    const failure = error instanceof Failure ? error : internalError(error, message);
    notes.code = failure.parts.code;
    if (failure.parts.ec !== undefined) notes.ec = failure.parts.ec;
    reply = failureReply(failure, { method, requestId, hostId });
  }
  const target = maskTarget(message.url ?? '/');
  journal.add({ time, method, host: hostId.slice(0, 256), target, status: reply.status, requestId, ...notes });
  const headers = {
    Server: 'AliyunOSS',
    Date: time.toUTCString(),
    'x-oss-request-id': requestId,
    'x-oss-server-time': String(Math.round(performance.now() - started)),
    ...reply.headers,
  };
  await writeReply(response, { ...reply, headers }).catch(() => response.destroy());
  // What a refused upload still sends is taken and dropped, so that the refusal is read.
  message.resume();
}

async function route(
  message: IncomingMessage,
  response: ServerResponse,
  options: ServeOptions & { readonly requestId: string; readonly notes: Notes },
): Promise<Reply> {
  const { context, nonces, faults, requestId, notes } = options;
  const request = readRawRequest(message);
  if (!isStsRequest(request)) return serveOss(request, message, { response, context, faults, notes });
  inviteBody(message, response);
  const throttled = faults.takeStsThrottling();
  return serveSts(request, message, {
    context,
    nonces,
    requestId,
    throttled,
    note: (lines) => Object.assign(notes, lines),
  });
}

function internalError(cause: unknown, message: IncomingMessage): Failure {
  // A client that went away is not our fault, and nobody reads the answer.
  if (!message.destroyed) console.error('local-oss: internal error', cause);
  return new Failure({ status: 500, code: 'InternalError', message: 'We encountered an internal error.' });
}
