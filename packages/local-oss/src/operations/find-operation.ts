import { isSubResourceV1 } from '@ossgrant/signer-core/steps';
import { BUCKET_SETTINGS, SERVICE_OPERATIONS } from '../buckets/bucket-operations.ts';
import { putBucket } from '../buckets/put-bucket.ts';
import type { Failure } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import { copyObject } from './copy-object.ts';
import { getObject, getObjectMeta } from './get-object.ts';
import { listObjects, listObjectsV2 } from './list-objects.ts';
import { onlyVersion } from './only-version.ts';
import { abortUpload, completeUpload, initiateUpload, listParts, uploadPart } from './multipart.ts';
import { methodNotAllowed, notImplemented, requireBucket } from './object-failures.ts';
import type { ObjectInput, Operation } from './operation.ts';
import { deleteObject, putObject } from './put-object.ts';
import { restoreObject } from './restore-object.ts';
import { getSymlink, putSymlink } from './symlink.ts';

type Run = (input: ObjectInput) => Promise<Reply>;

// `METHOD sub-resource`, none for the plain operation.
const OBJECT_OPERATIONS: ReadonlyMap<string, readonly [action: string, run: Run]> = new Map<string, [string, Run]>([
  ['GET', ['oss:GetObject', getObject]],
  ['GET versionId', ['oss:GetObjectVersion', onlyVersion(getObject)]],
  ['HEAD versionId', ['oss:GetObjectVersion', onlyVersion(getObject)]],
  ['DELETE versionId', ['oss:DeleteObjectVersion', onlyVersion(deleteObject)]],
  ['HEAD', ['oss:GetObject', getObject]],
  ['HEAD objectMeta', ['oss:GetObject', getObjectMeta]],
  ['PUT', ['oss:PutObject', putObject]],
  ['PUT copy', ['oss:PutObject', copyObject]],
  ['DELETE', ['oss:DeleteObject', deleteObject]],
  ['GET symlink', ['oss:GetObject', getSymlink]],
  ['PUT symlink', ['oss:PutObject', putSymlink]],
  ['POST restore', ['oss:RestoreObject', restoreObject]],
  ['POST uploads', ['oss:PutObject', initiateUpload]],
  ['PUT uploadId', ['oss:PutObject', uploadPart]],
  ['POST uploadId', ['oss:PutObject', completeUpload]],
  ['DELETE uploadId', ['oss:AbortMultipartUpload', abortUpload]],
  ['GET uploadId', ['oss:ListParts', listParts]],
]);

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
  'x-oss-content-sha256',
  'x-oss-date',
  'x-oss-request-payer',
  'x-oss-security-token',
  'x-oss-traffic-limit',
  'x-oss-user-agent',
]);

// Parameters that change how an operation is done, not which one it is.
const MODIFIER =
  /^(response-.+|security-token|partNumber|continuation-token|x-oss-(signature|signature-version|credential|date|expires|additional-headers|security-token|traffic-limit|request-payer))$/;

/**
 * Finds what a request asks for.
 *
 * @throws Failure 501 NotImplemented for what OSS has and this server has not: nothing is silently left undone
 */
export function findOperation(request: RawRequest, address: Address): Operation {
  const { bucket, key } = address;
  if (!METHODS.has(request.method)) throw methodNotAllowed(request.method, address);
  const subResources = [...new Set(request.query.map(([name]) => name))].filter(
    (name) => isSubResourceV1(name) && !MODIFIER.test(name),
  );
  const [sub, ...others] = subResources;
  if (others.length > 0) throw notImplemented(`${request.method} with ${subResources.join(' and ')}`);
  if (key !== undefined) return objectOperation(request, bucket ?? '', key, sub);
  assertHeaders(request);
  const wanted = [request.method, sub ?? strangerIn(request)].filter((part) => part !== undefined).join(' ');
  if (bucket === undefined) return serviceOperation(wanted);
  if (wanted === 'PUT') return { action: 'oss:PutBucket', run: (input) => putBucket(input, bucket) };
  if (wanted !== 'GET') return bucketOperation(wanted, bucket);
  const list = parameter(request, 'list-type') === '2' ? listObjectsV2 : listObjects;
  return {
    action: 'oss:ListObjects',
    run: async (input) => list({ ...input, bucket: requireBucket(input.context, bucket) }),
  };
}

function bucketOperation(wanted: string, name: string): Operation {
  const found = BUCKET_SETTINGS.get(wanted);
  if (found === undefined) throw unknown(wanted, 'a bucket');
  const [run, action] = found;
  return { action, run: async (input) => run({ ...input, bucket: requireBucket(input.context, name) }) };
}

function serviceOperation(wanted: string): Operation {
  const found = SERVICE_OPERATIONS.get(wanted);
  if (found === undefined) throw unknown(wanted, 'the service');
  const [run, action] = found;
  return { action, run };
}

function unknown(wanted: string, of: string): Failure {
  const [method, sub] = wanted.split(' ');
  return notImplemented(`${method} of ${of}${sub === undefined ? '' : ` with ${sub}`}`);
}

// A header that OSS would heed, and this server would not.
function assertHeaders(request: RawRequest): void {
  const stranger = [...request.headers.keys()].find((name) => name.startsWith('x-oss-') && !HEADERS.has(name));
  if (stranger !== undefined) throw notImplemented(`${request.method} of a bucket with the header ${stranger}`);
}

// Newer sub-resources are in no list that V1 signs: a bare name that no listing knows must be one.
function strangerIn(request: RawRequest): string | undefined {
  const found = request.query.find(([name, value]) => {
    const isBare = value === null || value === '' || name === 'regions';
    return isBare && /^[A-Za-z][A-Za-z-]*$/.test(name) && !isSubResourceV1(name) && !LISTING.has(name);
  });
  return found?.[0];
}

function objectOperation(request: RawRequest, name: string, key: string, sub: string | undefined): Operation {
  const kind = sub ?? (request.headers.has('x-oss-copy-source') ? 'copy' : undefined);
  if (sub === 'uploadId' && request.headers.has('x-oss-copy-source')) throw notImplemented('UploadPartCopy');
  const found = OBJECT_OPERATIONS.get(kind === undefined ? request.method : `${request.method} ${kind}`);
  if (found === undefined)
    throw notImplemented(`${request.method} of an object${sub === undefined ? '' : ` with ${sub}`}`);
  const [action, run] = found;
  return { action, run: async (input) => run({ ...input, bucket: requireBucket(input.context, name), key }) };
}
