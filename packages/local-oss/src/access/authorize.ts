import type { Identity } from '../auth/identity.ts';
import { accessDenied, type Failure } from '../failure.ts';
import { aclAllows, type Acl, type ObjectAcl } from './acl.ts';
import { evaluate, type AccessRequest } from './evaluate.ts';
import type { PolicyDocument } from './policy.ts';
import { principalsOf } from './principals.ts';

/** What the access decision is made of. */
export interface AuthorizeOptions {
  readonly identity: Identity;
  readonly request: AccessRequest;
  /** Absent when there is no such bucket. */
  readonly bucket?: { readonly acl: Acl; readonly policy?: PolicyDocument };
  /** Absent when there is no such object, or none is meant. */
  readonly objectAcl?: ObjectAcl;
}

/** Yes or no, and why. */
export interface Decision {
  /** Absent: it is allowed. */
  readonly refusal?: Failure;
  /** One line for each thing that was asked, for people. */
  readonly trace: readonly string[];
}

const BY_ACL = 'You have no right to access this object because of bucket acl.';

/**
 * Decides whether an identity may do something. Any Deny, of RAM, bucket or session policy, wins. Then a RAM policy or the
 * bucket policy must allow it, or the ACL; a session policy narrows all of that.
 */
export function authorize(options: AuthorizeOptions): Decision {
  const { identity, request, bucket, objectAcl } = options;
  const trace = [
    `${identity.kind === 'anonymous' ? 'anonymous' : identity.arn} wants ${request.action} on ${request.resource}`,
  ];
  const refuse = (message: string, ec: string, policyType: string, type: string): Decision => {
    trace.push(`refused: ${message} (${policyType}, ${type})`);
    const AccessDeniedDetail = {
      PolicyType: policyType,
      AuthPrincipalType: PRINCIPAL_TYPES[identity.kind],
      NoPermissionType: type,
      AuthAction: request.action,
    };
    return { refusal: accessDenied(message, ec, { AccessDeniedDetail }), trace };
  };

  const ram = evaluate('RAM policy', identity.kind === 'anonymous' ? [] : identity.policies, request);
  const byBucket = evaluate('bucket policy', bucket?.policy ? [bucket.policy] : [], request, principalsOf(identity));
  if (identity.kind !== 'anonymous') trace.push(...ram.trace);
  if (bucket?.policy !== undefined) trace.push(...byBucket.trace);
  if (ram.verdict === 'explicit-deny') {
    return refuse('Access denied by RAM policy.', '0003-00000201', 'AccountLevelIdentityBasedPolicy', 'ExplicitDeny');
  }
  if (byBucket.verdict === 'explicit-deny') {
    return refuse('Access denied by bucket policy.', '0003-00000101', 'ResourcePolicy', 'ExplicitDeny');
  }
  if (identity.kind === 'session' && identity.sessionPolicy !== undefined) {
    const session = evaluate('session policy', [identity.sessionPolicy], request);
    trace.push(...session.trace);
    if (session.verdict !== 'allow') {
      const type = session.verdict === 'explicit-deny' ? 'ExplicitDeny' : 'ImplicitDeny';
      return refuse("Access denied by authorizer's policy.", '0003-00000301', 'SessionPolicy', type);
    }
  }
  if (ram.verdict === 'allow' || byBucket.verdict === 'allow') return { trace };
  const acl = objectAcl === undefined || objectAcl === 'default' ? (bucket?.acl ?? 'private') : objectAcl;
  trace.push(`${objectAcl === undefined || objectAcl === 'default' ? 'bucket' : 'object'} ACL: ${acl}`);
  if (aclAllows(acl, request.action)) return { trace };
  return refuse(BY_ACL, '0003-00000001', 'ACL', 'ImplicitDeny');
}

const PRINCIPAL_TYPES = { anonymous: 'Anonymous', user: 'SubUser', session: 'AssumedRoleUser' } as const;
