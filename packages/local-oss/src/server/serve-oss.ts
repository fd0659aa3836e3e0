import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { authorize, requestFacts } from '../access/authorize.ts';
import { assertReferer, corsHeaders, preflight } from '../access/origins.ts';
import { authenticate, type Authentication } from '../auth/authenticate.ts';
import type { ServerContext } from '../context.ts';
import type { Address } from '../http/address.ts';
import { Failure } from '../http/failure.ts';
import type { RawRequest } from '../http/raw-request.ts';
import { inviteBody, type Reply } from '../http/reply.ts';
import { findOperation } from '../operations/find-operation.ts';
import { postObject } from '../operations/form/post-object.ts';
import { requireBucket, versionIn } from '../operations/object/find-object.ts';
import { trafficLimit } from '../operations/object/traffic-limit.ts';
import type { Authorize } from '../operations/operation.ts';
import type { Bucket } from '../store/object-store.ts';
import { spoilsBody, type Fault, type FaultList, spoilBody } from './faults.ts';
import type { Notes } from './journal.ts';

/** What serving OSS takes beside the request. */
export interface ServeOssOptions {
  readonly response: ServerResponse;
  readonly context: ServerContext;
  readonly faults: FaultList;
  readonly notes: Notes;
  readonly address: Address;
  /** Aborted when the connection ends. */
  readonly gone: AbortSignal;
}

/** One request, with where it goes. */
interface Visit extends ServeOssOptions {
  readonly request: RawRequest;
  readonly message: IncomingMessage;
}

/**
 * Answers one OSS request: signature, operation, permission, then the operation itself.
 *
 * @throws Failure with the cloud's status, code and EC
 */
export async function serveOss(
  request: RawRequest,
  message: IncomingMessage,
  options: ServeOssOptions,
): Promise<Reply> {
  const { context, notes, faults, address, gone } = options;
  if (address.bucket !== undefined) notes.bucket = address.bucket;
  if (address.key !== undefined) notes.key = address.key;
  const bucket = address.bucket === undefined ? undefined : context.store.bucket(address.bucket);
  if (request.method === 'OPTIONS') return preflight(request, bucket);
  const target = { method: request.method, ...address };
  const fault = faults.take(target);
  if (fault?.latencyMs !== undefined) await delay(fault.latencyMs, undefined, { signal: gone });
  if (fault?.status !== undefined) throw failureOf(fault.status, fault.code);
  const visit = { ...options, request, message };
  const cors = corsHeaders(request, bucket);
  try {
    const reply = isFormUpload(request, address) ? await receiveForm(visit) : await runOperation(visit, fault);
    const withCors = { ...reply, headers: { ...reply.headers, ...cors } };
    if (reply.body === undefined) return withCors;
    const bodyFault = fault !== undefined && spoilsBody(fault) ? fault : faults.takeForBody(target, reply.status);
    return bodyFault === undefined ? withCors : spoiled({ ...withCors, body: reply.body }, bodyFault, visit);
  } catch (error) {
    // A page on another origin must be able to read why it was refused.
    if (!(error instanceof Failure)) throw error;
    throw new Failure({ ...error.parts, headers: { ...error.parts.headers, ...cors } });
  }
}

async function runOperation(visit: Visit, fault: Fault | undefined): Promise<Reply> {
  const { request, message, response, context, address, notes, gone } = visit;
  const { keyring, region, v1, clock } = context;
  const authentication = authenticate(request, address, { keyring, region, v1, now: clock.now() });
  notes.scheme = authentication.scheme;
  if (fault?.expireToken === true && authentication.accessKeyId !== undefined) {
    keyring.expire(authentication.accessKeyId, clock.now());
    // Asked again, the keyring has its refusal ready.
    authenticate(request, address, { keyring, region, v1, now: clock.now() });
  }
  const operation = findOperation(request, address);
  notes.action = operation.action;
  // Bucket names are no secret: who may not read is still told that there is none.
  if (address.bucket !== undefined && operation.action !== 'oss:PutBucket') {
    const bucket = requireBucket(context, address.bucket);
    if (!request.headers.has('authorization')) checkReferer(request, address, bucket);
  }
  const check = checker(visit, authentication);
  if (operation.asksItself !== true) check(operation.action, address.bucket, address.key, versionIn(request));
  const bitsPerSecond = trafficLimit(request);
  inviteBody(message, response);
  const signed = authentication.scheme !== 'none';
  const pace = bitsPerSecond === undefined ? {} : { bitsPerSecond };
  return operation.run({ request, message, context, address, signed, gone, authorize: check, ...pace });
}

// Only access to objects is protected against hotlinks, and only where a page can ask: anonymously or by a link.
function checkReferer(request: RawRequest, address: Address, { name, settings }: Bucket): void {
  if (settings.referer === undefined || address.key === undefined) return;
  assertReferer(request.headers.get('referer') ?? '', settings.referer, name);
}

async function receiveForm(visit: Visit): Promise<Reply> {
  const { request, message, response, context, address, notes, gone } = visit;
  const bucketName = address.bucket ?? '';
  notes.action = 'oss:PutObject';
  inviteBody(message, response);
  return postObject({
    request,
    message,
    context,
    address,
    gone,
    bucketName,
    authorizeAs(authentication, key): Authorize {
      notes.scheme = authentication.scheme;
      notes.key = key;
      const check = checker(visit, authentication);
      check('oss:PutObject', bucketName, key);
      return check;
    },
  });
}

function isFormUpload(request: RawRequest, address: Address): boolean {
  const type = request.headers.get('content-type') ?? '';
  return (
    request.method === 'POST' &&
    address.bucket !== undefined &&
    address.key === undefined &&
    /^multipart\/form-data\b/i.test(type)
  );
}

// Decides, leaves the reasons in the journal, and throws the refusal.
function checker({ request, context, notes }: Visit, { identity }: Authentication): Authorize {
  return (action, bucketName, key, versionId) => {
    const bucket = bucketName === undefined ? undefined : context.store.bucket(bucketName);
    const object = key === undefined ? undefined : bucket?.get(key, versionId);
    const path = key === undefined ? (bucketName ?? '*') : `${bucketName}/${key}`;
    const resource = `acs:oss:oss-${context.region}:${context.account.id}:${path}`;
    const decision = authorize({
      identity,
      request: { action, resource, facts: requestFacts(request, action, context.clock.now()) },
      ...(bucket === undefined ? {} : { bucket: bucket.settings }),
      ...(object === undefined ? {} : { objectAcl: object.acl }),
    });
    notes.decision = [...(notes.decision ?? []), ...decision.trace];
    if (decision.refusal !== undefined) throw decision.refusal;
  };
}

function spoiled(reply: Reply & { readonly body: string | Readable }, fault: Fault, visit: Visit): Reply {
  const { address, context, gone } = visit;
  const headers = { ...reply.headers };
  if (fault.contentRange !== undefined && reply.status === 206) headers['Content-Range'] = fault.contentRange;
  if (typeof reply.body === 'string') headers['Content-Length'] = String(Buffer.byteLength(reply.body));
  const body = spoilBody(reply.body, fault, {
    gone,
    async onFirstBytes(): Promise<void> {
      const { bucket, key } = address;
      if (fault.changeObject === undefined || bucket === undefined || key === undefined) return;
      const changed = Buffer.from(fault.changeObject);
      const replacement = Readable.from([changed]);
      await context.store.bucket(bucket)?.put({ key, body: replacement, lastModified: context.clock.now() });
    },
  });
  return { ...reply, headers, body };
}

function failureOf(status: number, code: string | undefined): Failure {
  const word = code ?? (status === 503 ? 'ServiceUnavailable' : 'InternalError');
  return new Failure({ status, code: word, message: 'Please try again.' });
}
