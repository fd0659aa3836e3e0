import { isObjectAcl } from '../access/acl.ts';
import { bucketOwner } from '../buckets/bucket-facts.ts';
import { invalidArgument } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import { missingArgument, noSuchKey } from './object-failures.ts';
import { requireObject, versionHeader, versionIn } from './object-version.ts';
import type { ObjectInput } from './operation.ts';

/** PutObjectACL. */
export async function putObjectAcl(input: ObjectInput): Promise<Reply> {
  const acl = input.request.headers.get('x-oss-object-acl');
  if (acl === undefined) throw missingArgument('x-oss-object-acl');
  if (!isObjectAcl(acl)) throw invalidArgument('no such object access control exists');
  const object = requireObject(input, noSuchKey);
  input.bucket.update(input.key, { acl }, versionIn(input.request));
  return { status: 200, headers: versionHeader(input.bucket, object) };
}

/** GetObjectACL. */
export async function getObjectAcl(input: ObjectInput): Promise<Reply> {
  const object = requireObject(input, noSuchKey);
  const body = toXml('AccessControlPolicy', {
    Owner: bucketOwner(input),
    AccessControlList: { Grant: object.acl },
  });
  return { status: 200, headers: { 'Content-Type': 'application/xml', ...versionHeader(input.bucket, object) }, body };
}
