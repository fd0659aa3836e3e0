import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { authorize } from './access/authorize.ts';
import { authenticate, type Authentication } from './auth/authenticate.ts';
import { Failure } from './failure.ts';
import { findAddress } from './http/address.ts';
import { failureReply } from './http/failure-reply.ts';
import { readRawRequest, type RawRequest } from './http/raw-request.ts';
import { writeReply, type Reply } from './http/reply.ts';
import { maskTarget, type JournalEntry, type JournalWriter } from './journal.ts';
import { findOperation } from './operations/find-operation.ts';
import type { ServerContext } from './server-context.ts';
import { isStsRequest, serveSts } from './sts/serve-sts.ts';
import type { NonceLog } from './sts/verify-rpc-v1.ts';

/** Parts that one server keeps beside its context. */
export interface ServeOptions {
  readonly context: ServerContext;
  readonly nonces: NonceLog;
  readonly journal: JournalWriter;
}

type Notes = { -readonly [K in 'code' | 'ec' | 'action' | 'scheme']?: JournalEntry[K] };

/** Answers one request. Never throws: what goes wrong inside is a 500 with a request id. */
export async function serve(message: IncomingMessage, response: ServerResponse, options: ServeOptions): Promise<void> {
  const { context, journal } = options;
  const requestId = randomBytes(12).toString('hex').toUpperCase();
  const time = context.clock.now();
  const notes: Notes = {};
  const hostId = message.headers.host ?? 'localhost';
  const method = message.method ?? 'GET';
  let reply: Reply;
  try {
    const request = readRawRequest(message);
    reply = isStsRequest(request)
      ? await serveSts(request, message, { context, nonces: options.nonces, requestId })
      : await serveOss(request, message, context, notes);
  } catch (error) {
    const failure = error instanceof Failure ? error : internalError(error);
    notes.code = failure.parts.code;
    if (failure.parts.ec !== undefined) notes.ec = failure.parts.ec;
    reply = failureReply(failure, { method, requestId, hostId });
  }
  const target = maskTarget(message.url ?? '/');
  journal.add({ time, method, host: hostId, target, status: reply.status, requestId, ...notes });
  const headers = {
    Server: 'AliyunOSS',
    Date: time.toUTCString(),
    'x-oss-request-id': requestId,
    'x-oss-server-time': '1',
    ...reply.headers,
  };
  await writeReply(response, { ...reply, headers }).catch(() => response.destroy());
}

async function serveOss(
  request: RawRequest,
  message: IncomingMessage,
  context: ServerContext,
  notes: Notes,
): Promise<Reply> {
  const address = findAddress(request);
  const { keyring, region, v1 } = context;
  const authentication: Authentication = authenticate(request, address, {
    keyring,
    region,
    v1,
    now: context.clock.now(),
  });
  notes.scheme = authentication.scheme;
  const operation = findOperation(request, address);
  notes.action = operation.action;
  const acl = address.bucket === undefined ? undefined : context.store.bucket(address.bucket)?.acl;
  authorize({
    identity: authentication.identity,
    request: {
      action: operation.action,
      resource: resourceOf(context, address.bucket, address.key),
      facts: new Map([
        ['acs:SourceIp', request.remoteAddress],
        ['acs:SecureTransport', String(request.secure)],
        ['acs:CurrentTime', context.clock.now().toISOString()],
      ]),
    },
    ...(acl === undefined ? {} : { acl }),
  });
  return operation.run({ request, message, context, signed: authentication.scheme !== 'none' });
}

function resourceOf(context: ServerContext, bucket: string | undefined, key: string | undefined): string {
  const path = key === undefined ? (bucket ?? '*') : `${bucket}/${key}`;
  return `acs:oss:oss-${context.region}:${context.account.id}:${path}`;
}

function internalError(cause: unknown): Failure {
  console.error('local-oss: internal error', cause);
  return new Failure({ status: 500, code: 'InternalError', message: 'We encountered an internal error.' });
}
