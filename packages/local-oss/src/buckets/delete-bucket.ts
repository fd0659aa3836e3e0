import { Failure } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import type { BucketInput } from '../operations/operation.ts';
import type { Bucket } from '../store/object-store.ts';

/** DeleteBucket, if there is nothing in it: no version of an object, no delete marker and no upload in parts that was begun. */
export async function deleteBucket({ bucket, context }: BucketInput): Promise<Reply> {
  if (!isEmpty(bucket)) throw notEmpty(bucket.name);
  context.store.remove(bucket.name);
  return { status: 204 };
}

function isEmpty(bucket: Bucket): boolean {
  for (const _ of bucket.listVersions()) return false;
  return bucket.uploads.list().length === 0;
}

function notEmpty(name: string): Failure {
  return new Failure({
    status: 409,
    code: 'BucketNotEmpty',
    message: 'The bucket you tried to delete is not empty.',
    details: { BucketName: name },
  });
}
