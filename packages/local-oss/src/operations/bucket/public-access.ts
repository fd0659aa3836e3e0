import { isPublicStatement, type ObjectAcl, type PolicyDocument } from '../../access/policy.ts';
import type { ServerContext } from '../../context.ts';
import { EC } from '../../http/ec.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { accessDenied, malformedXml } from '../../http/refusal.ts';
import { childText } from '../../http/xml-reader.ts';
import { toXml } from '../../http/xml.ts';
import type { BucketSettings } from '../../store/object-store.ts';
import type { OperationInput } from '../operation.ts';
import { readSettingsXml, xmlResponse } from '../xml-bodies.ts';
import { keptText } from './documents.ts';

const ROOT = 'PublicAccessBlockConfiguration';
const ELEMENT = 'BlockPublicAccess';

/** Whether the bucket itself blocks public access. */
export function bucketBlocksPublicAccess(settings: BucketSettings): boolean {
  // Asked at each request: the text is read only where something was put.
  return (
    settings.documents.publicAccessBlock !== undefined && keptText(settings, 'publicAccessBlock', ELEMENT) === 'true'
  );
}

/** Whether public ACLs and policies of a bucket do not count, by the account's setting or by the bucket's own. */
export function blocksPublicAccess(
  { account }: Pick<ServerContext, 'account'>,
  settings: BucketSettings | undefined,
): boolean {
  return account.blocksPublicAccess() || (settings !== undefined && bucketBlocksPublicAccess(settings));
}

/** @throws Refusal 403 AccessDenied for a public ACL where public access is blocked */
export function assertMayBePublic(
  context: ServerContext,
  settings: BucketSettings | undefined,
  acl: ObjectAcl | undefined,
  of: 'bucket' | 'object',
): void {
  if (acl === undefined || acl === 'private' || acl === 'default' || !blocksPublicAccess(context, settings)) return;
  throw accessDenied(`Put public ${of} acl is not allowed`, of === 'object' ? EC.publicObjectAcl : undefined);
}

/** @throws Refusal 403 AccessDenied for a policy that lets everybody in where public access is blocked */
export function assertPolicyMayBePublic(
  context: ServerContext,
  settings: BucketSettings,
  policy: PolicyDocument,
): void {
  if (!policy.Statement.some(isPublicStatement) || !blocksPublicAccess(context, settings)) return;
  throw accessDenied('Put public bucket policy is not allowed');
}

/** GetPublicAccessBlock: the account's setting. */
export async function getPublicAccessBlock({ context }: OperationInput): Promise<OssResponse> {
  return xmlResponse(toXml(ROOT, { [ELEMENT]: context.account.blocksPublicAccess() }));
}

/** PutPublicAccessBlock. */
export async function putPublicAccessBlock(input: OperationInput): Promise<OssResponse> {
  const wanted = childText(await readSettingsXml(input, ROOT), ELEMENT)?.trim();
  if (wanted !== 'true' && wanted !== 'false') throw malformedXml();
  input.context.account.blockPublicAccess(wanted === 'true');
  return { status: 200 };
}

/** DeletePublicAccessBlock. */
export async function deletePublicAccessBlock({ context }: OperationInput): Promise<OssResponse> {
  context.account.blockPublicAccess(false);
  return { status: 204 };
}
