import { EC } from '../../http/ec.ts';
import { missingArgument, noSuchKey } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { toXml } from '../../http/xml.ts';
import { assertMayBePublic } from '../bucket/public-access.ts';
import type { ObjectInput } from '../operation.ts';
import { bucketOwner, xmlResponse } from '../xml-bodies.ts';
import { requireObject, versionHeader, versionIn } from './find-object.ts';
import { aclIn } from './upload-facts.ts';

/** PutObjectACL. */
export async function putObjectAcl(input: ObjectInput): Promise<OssResponse> {
  const acl = aclIn(input.request.headers);
  if (acl === undefined) throw missingArgument('x-oss-object-acl', EC.objectAclMissing);
  assertMayBePublic(input.context, input.bucket.settings, acl, 'object');
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
  return xmlResponse(body, versionHeader(input.bucket, object));
}
