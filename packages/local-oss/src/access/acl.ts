/** Access control list of a bucket. */
export type Acl = 'private' | 'public-read' | 'public-read-write';

/** Access control list of an object; `default` takes the bucket's. */
export type ObjectAcl = Acl | 'default';

const BUCKET_ACLS: readonly string[] = ['private', 'public-read', 'public-read-write'];
const READS = new Set(['oss:GetObject', 'oss:GetObjectVersion']);
const WRITES = new Set(['oss:PutObject', 'oss:DeleteObject', 'oss:AbortMultipartUpload', 'oss:ListParts']);

export function isAcl(text: string): text is Acl {
  return BUCKET_ACLS.includes(text);
}

export function isObjectAcl(text: string): text is ObjectAcl {
  return text === 'default' || isAcl(text);
}

/** What an ACL gives to everybody. Listing: only to those that may write, as the cloud has it for new buckets. */
export function aclAllows(acl: Acl, action: string): boolean {
  if (acl === 'private') return false;
  if (READS.has(action)) return true;
  return acl === 'public-read-write' && (WRITES.has(action) || action === 'oss:ListObjects');
}
