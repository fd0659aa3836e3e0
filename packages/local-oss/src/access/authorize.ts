import type { Identity } from '../auth/identity.ts';
import { accessDenied } from '../failure.ts';
import { evaluate, type AccessRequest } from './evaluate.ts';

/** Access control list of a bucket. */
export type Acl = 'private' | 'public-read' | 'public-read-write';

/** What the access decision is made of. */
export interface AuthorizeOptions {
  readonly identity: Identity;
  readonly request: AccessRequest;
  /** Absent when there is no such bucket. */
  readonly acl?: Acl;
}

const PUBLIC_READS = new Set(['oss:GetObject']);
const PUBLIC_WRITES = new Set(['oss:PutObject', 'oss:DeleteObject', 'oss:ListObjects']);

/**
 * Decides whether an identity may do something: a user by its policies; a session by the role's policies and the session
 * policy together; anybody by the bucket's ACL.
 *
 * @throws Failure 403 AccessDenied
 */
export function authorize(options: AuthorizeOptions): void {
  const { identity, request, acl } = options;
  if (identity.kind === 'anonymous') {
    if (aclAllows(acl, request.action)) return;
    throw accessDenied('You have no right to access this object because of bucket acl.', '0003-00000001');
  }
  const verdict = evaluate(identity.policies, request);
  if (verdict === 'explicit-deny') throw accessDenied('Access denied by RAM policy.', '0003-00000201');
  if (verdict === 'no-match' && !aclAllows(acl, request.action)) {
    throw accessDenied('You have no right to access this object because of bucket acl.', '0003-00000001');
  }
  if (identity.kind !== 'session' || identity.sessionPolicy === undefined) return;
  if (evaluate([identity.sessionPolicy], request) !== 'allow') {
    throw accessDenied("Access denied by authorizer's policy.", '0003-00000101');
  }
}

function aclAllows(acl: Acl | undefined, action: string): boolean {
  if (acl === 'public-read-write' && PUBLIC_WRITES.has(action)) return true;
  return (acl === 'public-read' || acl === 'public-read-write') && PUBLIC_READS.has(action);
}
