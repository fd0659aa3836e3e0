import { SIGNATURE_PARAMETERS } from '@ossgrant/signer-core';
import { isSubResourceV1 } from '@ossgrant/signer-core/steps';
import type { Address } from '../http/address.ts';
import { EC } from '../http/ec.ts';
import { Refusal, notImplemented } from '../http/refusal.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { putBucket } from './bucket/bucket-life.ts';
import { putBucketAcl } from './bucket/settings.ts';
import { listObjects, listObjectsV2 } from './listing/list-objects.ts';
import { requireBucket } from './object/find-object.ts';
import type { Operation } from './operation.ts';
import { SERVICE_OPERATIONS, OBJECT_OPERATIONS, AUTHORIZES_ITSELF, BUCKET_OPERATIONS } from './table.ts';

/** 405: OSS has no such method. */
export function methodNotAllowed(method: string, address: Address): Refusal {
  const resource = address.bucket === undefined ? 'Service' : 'Bucket';
  return new Refusal({
    status: 405,
    code: 'MethodNotAllowed',
    message: 'The specified method is not allowed against this resource.',
    ec: EC.methodNotAllowed,
    details: { Method: method, ResourceType: address.key === undefined ? resource : 'Object' },
  });
}

const TAKES_CALLBACK = new Set(['PUT', 'POST uploadId']);

// Steps of an upload in parts, which ignore what does not apply to them.
const TOLERANT = new Set(['POST uploads', 'PUT uploadId', 'PUT uploadId copy', 'POST uploadId']);

const METHODS = new Set(['GET', 'HEAD', 'PUT', 'POST', 'DELETE']);

// Parameters of listings, which some clients send without a value.
const LISTING = new Set([
  'prefix',
  'delimiter',
  'marker',
  'max-keys',
  'encoding-type',
  'list-type',
  'start-after',
  'fetch-owner',
  'key-marker',
  'version-id-marker',
  'upload-id-marker',
  'max-uploads',
]);

// What requests on buckets may have of OSS's own headers.
const HEADERS = new Set([
  'x-oss-acl',
  'x-oss-allow-same-action-overlap',
  'x-oss-content-sha256',
  'x-oss-date',
  'x-oss-request-payer',
  'x-oss-security-token',
  'x-oss-traffic-limit',
  'x-oss-user-agent',
]);

// Parameters that change how an operation is done, not which one it is.
const MODIFIER =
  /^(response-.+|partNumber|position|versionId|continuation-token|callback|callback-var|x-oss-(traffic-limit|request-payer))$/;

// Sub-resources of objects that V1 does not sign.
const NEWER_OF_OBJECTS = new Set(['retention', 'legalHold', 'sealAppendable']);

// Of these, what would go unheeded on a bucket.
const OF_OBJECTS = new Set(['partNumber', 'position', 'versionId', 'callback', 'callback-var']);

/**
 * Finds the operation of a request.
 *
 * @throws Refusal 501 NotImplemented for what OSS has and this server has not: nothing is silently left undone
 */
export function findOperation(request: RawRequest, address: Address): Operation {
  const { bucket, key } = address;
  if (!METHODS.has(request.method)) throw methodNotAllowed(request.method, address);
  const subResources = [...new Set(request.query.map(([name]) => name))].filter(
    (name) => isSubResource(name) && (!MODIFIER.test(name) || (key === undefined && OF_OBJECTS.has(name))),
  );
  const [sub, ...others] = subResources;
  if (others.length > 0) throw notImplemented(`${request.method} with ${subResources.join(' and ')}`);
  // A read may carry any unknown parameter; a write must not be misunderstood.
  const ignoresUnknown = key !== undefined && ['GET', 'HEAD'].includes(request.method);
  const asked = sub ?? (ignoresUnknown ? undefined : unknownSubResource(request, address));
  if (key !== undefined) return objectOperation(request, bucket ?? '', key, asked);
  assertHeaders(request);
  const wanted = [request.method, asked].filter((part) => part !== undefined).join(' ');
  if (bucket === undefined) return serviceOperation(wanted);
  if (wanted === 'PUT') {
    return { action: 'oss:PutBucket', createsBucket: true, run: (input) => putBucket(input, bucket) };
  }
  if (wanted === 'PUT acl') {
    return { action: 'oss:PutBucketAcl', createsBucket: true, run: (input) => putBucketAcl(input, bucket) };
  }
  if (wanted !== 'GET') return bucketOperation(wanted, bucket);
  const list = parameter(request, 'list-type') === '2' ? listObjectsV2 : listObjects;
  return {
    action: 'oss:ListObjects',
    run: async (input) => list({ ...input, bucket: requireBucket(input.context, bucket) }),
  };
}

function bucketOperation(wanted: string, name: string): Operation {
  const found = BUCKET_OPERATIONS.get(wanted);
  if (found === undefined) throw unknown(wanted, 'a bucket');
  const [run, action] = found;
  return {
    action,
    authorizesItself: wanted === AUTHORIZES_ITSELF,
    run: async (input) => run({ ...input, bucket: requireBucket(input.context, name) }),
  };
}

function serviceOperation(wanted: string): Operation {
  const found = SERVICE_OPERATIONS.get(wanted);
  if (found === undefined) throw unknown(wanted, 'the service');
  const [run, action] = found;
  return { action, run };
}

function unknown(wanted: string, of: string): Refusal {
  const [method, sub] = wanted.split(' ');
  return notImplemented(`${method} of ${of}${sub === undefined ? '' : ` with ${sub}`}`);
}

// A header that OSS would heed, and this server would not.
function assertHeaders(request: RawRequest): void {
  const stranger = [...request.headers.keys()].find((name) => name.startsWith('x-oss-') && !HEADERS.has(name));
  if (stranger !== undefined) throw notImplemented(`${request.method} of a bucket with the header ${stranger}`);
}

// V1 signs its own parameters as sub-resources, too.
function isSubResource(name: string): boolean {
  return isSubResourceV1(name) && !SIGNATURE_PARAMETERS.has(name);
}

/** Whether a request may create its bucket, so that a missing one is not refused at once. */
export function mayCreateBucket(request: RawRequest, { key }: Address): boolean {
  const isOther = ([name]: readonly [string, string | null]): boolean =>
    isSubResource(name) && !MODIFIER.test(name) && name !== 'acl';
  return request.method === 'PUT' && key === undefined && !request.query.some(isOther);
}

// Newer sub-resources are in no list that V1 signs: a bare name that no listing knows must be one. PutObject ignores
// names that OSS does not know either.
function unknownSubResource(request: RawRequest, { key }: Address): string | undefined {
  const isUpload = request.method === 'PUT' && key !== undefined;
  const found = request.query.find(([name, value]) => {
    if (isUpload && !NEWER_OF_OBJECTS.has(name)) return false;
    const isBare = value === null || value === '' || name === 'regions';
    return isBare && /^[A-Za-z][A-Za-z-]*$/.test(name) && !isSubResourceV1(name) && !LISTING.has(name);
  });
  return found?.[0];
}

function objectOperation(request: RawRequest, name: string, key: string, sub: string | undefined): Operation {
  const copy =
    request.headers.has('x-oss-copy-source') && (sub === undefined || sub === 'uploadId') ? 'copy' : undefined;
  const kind = [request.method, sub, copy].filter((part) => part !== undefined).join(' ');
  const isTolerant = TOLERANT.has(kind);
  const isOfVersion = !isTolerant && parameter(request, 'versionId') !== undefined;
  const [run, ownAction, versionAction] = OBJECT_OPERATIONS.get(kind) ?? [];
  const action = isOfVersion ? versionAction : ownAction;
  if (run === undefined || action === undefined) {
    const parts = [sub, ...(isOfVersion ? ['versionId'] : [])].filter((part) => part !== undefined);
    const suffix = parts.length === 0 ? '' : ` with ${parts.join(' and ')}`;
    throw notImplemented(`${request.method} of an object${suffix}`);
  }
  if (hasCallback(request) && !isTolerant && !TAKES_CALLBACK.has(kind)) throw notImplemented(`${kind} with a callback`);
  return { action, run: async (input) => run({ ...input, bucket: requireBucket(input.context, name), key }) };
}

function hasCallback(request: RawRequest): boolean {
  return request.headers.has('x-oss-callback') || parameter(request, 'callback') !== undefined;
}
