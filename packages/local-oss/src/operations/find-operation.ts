import { Failure } from '../failure.ts';
import type { Address } from '../http/address.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import type { ServerContext } from '../server-context.ts';
import type { Bucket } from '../store/object-store.ts';
import { getObject } from './get-object.ts';
import { listObjectsV2 } from './list-objects.ts';
import type { BucketInput, ObjectInput, Operation } from './operation.ts';
import { putBucket } from './put-bucket.ts';
import { deleteObject, putObject } from './put-object.ts';

// Sub-resources that name an operation of their own, none of them known here yet.
const OTHER_OPERATIONS = ['acl', 'uploads', 'uploadId', 'append', 'symlink', 'tagging', 'restore', 'x-oss-process'];

/**
 * Finds what a request asks for.
 *
 * @throws Failure 501 NotImplemented for what OSS has and this server has not
 */
export function findOperation(request: RawRequest, address: Address): Operation {
  const { bucket, key } = address;
  const other = OTHER_OPERATIONS.find((name) => parameter(request, name) !== undefined);
  if (other !== undefined || bucket === undefined) throw notImplemented(request, other ?? 'service requests');
  if (key !== undefined) return objectOperation(request, bucket, key);
  if (request.method === 'PUT') return { action: 'oss:PutBucket', run: (input) => putBucket(input, bucket) };
  if (request.method === 'GET' && parameter(request, 'list-type') === '2') {
    return onBucket('oss:ListObjects', bucket, listObjectsV2);
  }
  throw notImplemented(request, 'this bucket request');
}

function objectOperation(request: RawRequest, bucket: string, key: string): Operation {
  const operations: Readonly<Record<string, [action: string, run: (input: ObjectInput) => Promise<Reply>]>> = {
    GET: ['oss:GetObject', getObject],
    HEAD: ['oss:GetObject', getObject],
    PUT: ['oss:PutObject', putObject],
    DELETE: ['oss:DeleteObject', deleteObject],
  };
  const found = Object.hasOwn(operations, request.method) ? operations[request.method] : undefined;
  if (found === undefined) throw notImplemented(request, 'on an object');
  const [action, run] = found;
  return onBucket(action, bucket, (input) => run({ ...input, key }));
}

function onBucket(action: string, name: string, run: (input: BucketInput) => Promise<Reply>): Operation {
  return { action, run: async (input) => run({ ...input, bucket: requireBucket(input.context, name) }) };
}

function requireBucket(context: ServerContext, name: string): Bucket {
  const bucket = context.store.bucket(name);
  if (bucket !== undefined) return bucket;
  throw new Failure({
    status: 404,
    code: 'NoSuchBucket',
    message: 'The specified bucket does not exist.',
    ec: '0015-00000101',
    details: { BucketName: name },
  });
}

function notImplemented(request: RawRequest, what: string): Failure {
  return new Failure({
    status: 501,
    code: 'NotImplemented',
    message: `local-oss does not know ${request.method} with ${what}.`,
  });
}
