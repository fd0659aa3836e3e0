import { isAcl } from '../access/acl.ts';
import { invalidArgument } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import type { BucketInput } from '../operations/operation.ts';
import { bucketOwner, xmlReply } from './bucket-facts.ts';

/** PutBucketAcl. */
export async function putBucketAcl({ bucket, request }: BucketInput): Promise<Reply> {
  const acl = request.headers.get('x-oss-acl') ?? '';
  if (!isAcl(acl)) throw invalidArgument('no such bucket access control exists');
  bucket.configure({ acl });
  return { status: 200 };
}

/** GetBucketAcl. */
export async function getBucketAcl(input: BucketInput): Promise<Reply> {
  const AccessControlList = { Grant: input.bucket.settings.acl };
  return xmlReply(toXml('AccessControlPolicy', { Owner: bucketOwner(input), AccessControlList }));
}
