import { isObjectAcl } from '../../access/policy.ts';
import { invalidArgument, missingArgument, noSuchKey } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { toXml } from '../../http/xml.ts';
import { assertMayBePublic } from '../bucket/documents.ts';
import type { ObjectInput } from '../operation.ts';
import { bucketOwner } from '../xml-bodies.ts';
import { requireObject, versionHeader, versionIn } from './find-object.ts';

/** PutObjectACL. */
export async function putObjectAcl(input: ObjectInput): Promise<OssResponse> {
  const acl = input.request.headers.get('x-oss-object-acl');
  if (acl === undefined) throw missingArgument('x-oss-object-acl');
  if (!isObjectAcl(acl)) throw invalidArgument('no such object access control exists');
  assertMayBePublic(input.bucket.settings, acl, 'object');
  const object = requireObject(input, noSuchKey);
  input.bucket.update(input.key, { acl }, versionIn(input.request));
  return { status: 200, headers: versionHeader(input.bucket, object) };
}

/** GetObjectACL. */
export async function getObjectAcl(input: ObjectInput): Promise<OssResponse> {
  const object = requireObject(input, noSuchKey);
  const body = toXml('AccessControlPolicy', {
    Owner: bucketOwner(input),
    AccessControlList: { Grant: object.acl },
  });
  return { status: 200, headers: { 'Content-Type': 'application/xml', ...versionHeader(input.bucket, object) }, body };
}
