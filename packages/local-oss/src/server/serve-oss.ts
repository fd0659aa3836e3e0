import { defined } from '@ossgrant/credentials-core/internal';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { authorize, requestFacts } from '../access/authorize.ts';
import { assertReferer, corsHeaders, preflight } from '../access/origins.ts';
import { authenticate, type Authentication } from '../auth/authenticate.ts';
import type { ServerContext } from '../context.ts';
import type { Address } from '../http/address.ts';
import { Refusal } from '../http/refusal.ts';
import type { RawRequest } from '../http/raw-request.ts';
import { inviteBody, type OssResponse } from '../http/oss-response.ts';
import { blocksPublicAccess } from '../operations/bucket/public-access.ts';
import { findOperation, mayCreateBucket } from '../operations/find-operation.ts';
import { postObject } from '../operations/form/post-object.ts';
import { requireBucket, versionIn } from '../operations/object/find-object.ts';
import { trafficLimit } from '../operations/object/traffic-limit.ts';
import type { Authorize } from '../operations/operation.ts';
import type { Bucket } from '../store/object-store.ts';
import { spoilsBody, type Fault, type FaultList, spoilBody } from './faults.ts';
import type { JournalDraft } from './journal.ts';

/** Options of `serveOss`. */
export interface ServeOssOptions {
  readonly response: ServerResponse;
  readonly context: ServerContext;
  readonly faults: FaultList;
  readonly draft: JournalDraft;
  readonly address: Address;
  /** Aborted when the connection ends. */
  readonly clientGone: AbortSignal;
}

/** One OSS request being served. */
interface OssRequest extends ServeOssOptions {
  readonly request: RawRequest;
  readonly message: IncomingMessage;
}

/**
 * Serves one OSS request: signature, operation, permission, then the operation itself.
 *
 * @throws Refusal with the cloud's status, code and EC
 */
export async function serveOss(
  request: RawRequest,
  message: IncomingMessage,
  options: ServeOssOptions,
): Promise<OssResponse> {
  const { context, draft, faults, address, clientGone } = options;
  if (address.bucket !== undefined) draft.bucket = address.bucket;
  if (address.key !== undefined) draft.key = address.key;
  const bucket = address.bucket === undefined ? undefined : context.store.bucket(address.bucket);
  // Bucket names are not secret: a caller without permission, or a key, still gets NoSuchBucket.
  if (address.bucket !== undefined && !mayCreateBucket(request, address)) requireBucket(context, address.bucket);
  if (request.method === 'OPTIONS') return preflight(request, bucket?.settings);
  const target = { method: request.method, ...address };
  const fault = faults.take(target);
  if (fault?.latencyMs !== undefined) await delay(fault.latencyMs, undefined, { signal: clientGone });
  if (fault?.status !== undefined) throw faultRefusal(fault.status, fault.code);
  const served = { ...options, request, message };
  const cors = corsHeaders(request, bucket?.settings);
  try {
    const ossResponse = isFormUpload(request, address) ? await receiveForm(served) : await runOperation(served, fault);
    const withCors = { ...ossResponse, headers: { ...ossResponse.headers, ...cors } };
    if (ossResponse.body === undefined) return withCors;
    const bodyFault = fault !== undefined && spoilsBody(fault) ? fault : faults.takeForBody(target, ossResponse.status);
    return bodyFault === undefined ? withCors : spoiled({ ...withCors, body: ossResponse.body }, bodyFault, served);
  } catch (error) {
    // A page on another origin must be able to read why it was refused.
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal({ ...error.parts, headers: { ...error.parts.headers, ...cors } });
  }
}

async function runOperation(served: OssRequest, fault: Fault | undefined): Promise<OssResponse> {
  const { request, message, response, context, address, draft, clientGone } = served;
  const { keyring, region, v1, clock } = context;
  const authentication = authenticate(request, address, { keyring, region, v1, now: clock.now() });
  draft.scheme = authentication.scheme;
  if (fault?.expireToken === true && authentication.accessKeyId !== undefined) {
    keyring.expire(authentication.accessKeyId, clock.now());
    // Asked again, the keyring has its refusal ready.
    authenticate(request, address, { keyring, region, v1, now: clock.now() });
  }
  const operation = findOperation(request, address);
  draft.action = operation.action;
  if (address.bucket !== undefined && operation.createsBucket !== true) {
    const bucket = requireBucket(context, address.bucket);
    if (!request.headers.has('authorization')) checkReferer(request, address, bucket);
  }
  const check = checker(served, authentication);
  if (operation.authorizesItself !== true) check(operation.action, address.bucket, address.key, versionIn(request));
  const bitsPerSecond = trafficLimit(request);
  inviteBody(message, response);
  const signed = authentication.scheme !== 'none';
  const pace = defined({ bitsPerSecond });
  return operation.run({ request, message, context, address, signed, clientGone, authorize: check, ...pace });
}

// Only access to objects is protected against hotlinks, and only where a page can ask: anonymously or by a link.
function checkReferer(request: RawRequest, address: Address, { name, settings }: Bucket): void {
  if (settings.referer === undefined || address.key === undefined) return;
  assertReferer(request.headers.get('referer') ?? '', settings.referer, name);
}

async function receiveForm(served: OssRequest): Promise<OssResponse> {
  const { request, message, response, context, address, draft, clientGone } = served;
  const bucketName = address.bucket ?? '';
  draft.action = 'oss:PutObject';
  inviteBody(message, response);
  return postObject({
    request,
    message,
    context,
    address,
    clientGone,
    bucketName,
    authorizeAs(authentication, key): Authorize {
      draft.scheme = authentication.scheme;
      draft.key = key;
      const check = checker(served, authentication);
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
function checker({ request, context, draft }: OssRequest, { identity }: Authentication): Authorize {
  return (action, bucketName, key, versionId) => {
    const bucket = bucketName === undefined ? undefined : context.store.bucket(bucketName);
    const object = key === undefined ? undefined : bucket?.get(key, versionId);
    const path = key === undefined ? (bucketName ?? '*') : `${bucketName}/${key}`;
    const resource = `acs:oss:oss-${context.region}:${context.account.id}:${path}`;
    const decision = authorize({
      identity,
      request: { action, resource, facts: requestFacts(request, action, context.clock.now()) },
      ...(bucket === undefined
        ? {}
        : { bucket: bucket.settings, blocksPublicAccess: blocksPublicAccess(context, bucket.settings) }),
      ...(object === undefined ? {} : { objectAcl: object.acl }),
    });
    draft.decision = [...(draft.decision ?? []), ...decision.trace];
    if (decision.refusal !== undefined) throw decision.refusal;
  };
}

function spoiled(
  ossResponse: OssResponse & { readonly body: string | Readable },
  fault: Fault,
  served: OssRequest,
): OssResponse {
  const { address, context, clientGone } = served;
  const headers = { ...ossResponse.headers };
  if (fault.contentRange !== undefined && ossResponse.status === 206) headers['Content-Range'] = fault.contentRange;
  if (typeof ossResponse.body === 'string') headers['Content-Length'] = String(Buffer.byteLength(ossResponse.body));
  const body = spoilBody(ossResponse.body, fault, {
    clientGone,
    async onFirstBytes(): Promise<void> {
      const { bucket, key } = address;
      if (fault.changeObject === undefined || bucket === undefined || key === undefined) return;
      const changed = Buffer.from(fault.changeObject);
      const replacement = Readable.from([changed]);
      await context.store.bucket(bucket)?.put({ key, body: replacement, lastModified: context.clock.now() });
    },
  });
  return { ...ossResponse, headers, body };
}

function faultRefusal(status: number, code: string | undefined): Refusal {
  const word = code ?? (status === 503 ? 'ServiceUnavailable' : 'InternalError');
  return new Refusal({ status, code: word, message: 'Please try again.' });
}
