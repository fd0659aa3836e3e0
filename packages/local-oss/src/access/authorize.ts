import { EC } from '../http/ec.ts';
import { accessDenied, type Refusal } from '../http/refusal.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { conditionHolds, type ConditionFacts, matchesWildcard } from './conditions.ts';
import type { Identity } from './identity.ts';
import {
  type PolicyDocument,
  type PolicyStatement,
  aclAllows,
  isPublicStatement,
  type Acl,
  type ObjectAcl,
} from './policy.ts';

/** An action on a resource, to be decided. */
export interface AccessRequest {
  /** Such as `oss:GetObject`. */
  readonly action: string;
  /** Such as `acs:oss:oss-cn-hangzhou:1000000000000001:bucket/key`. */
  readonly resource: string;
  readonly facts: ConditionFacts;
}

/** Result of evaluating policies. Without a match, access is denied. */
export type Verdict = 'allow' | 'explicit-deny' | 'no-match';

/** A verdict and the statements that led to it, for display. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly trace: readonly string[];
}

/**
 * Evaluates policies together: one Deny outweighs every Allow.
 *
 * @param name how the trace calls the policies, such as `RAM policy`
 * @param principals names of the caller; a statement with a Principal applies only when it matches one of them
 */
export function evaluate(
  name: string,
  policies: readonly PolicyDocument[],
  request: AccessRequest,
  principals: readonly string[] = [],
): Evaluation {
  const matching = policies.flatMap((policy, policyIndex) =>
    policy.Statement.flatMap((statement, index) =>
      applies(statement, request, principals) ? [{ statement, at: `${policyIndex + 1}, statement ${index + 1}` }] : [],
    ),
  );
  const denied = matching.filter(({ statement }) => statement.Effect === 'Deny');
  const counted = denied.length > 0 ? denied : matching;
  const trace = counted.map(({ statement, at }) => `${name} ${at}: ${statement.Effect} ${statement.Action.join(', ')}`);
  if (denied.length > 0) return { verdict: 'explicit-deny', trace };
  if (matching.length > 0) return { verdict: 'allow', trace };
  return { verdict: 'no-match', trace: [`${name}: no statement of ${policies.length} matches`] };
}

function applies(statement: PolicyStatement, request: AccessRequest, principals: readonly string[]): boolean {
  return (
    (statement.Principal === undefined || matchesPrincipal(statement, principals)) &&
    // Actions ignore case; resources do not.
    statement.Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), request.action.toLowerCase())) &&
    statement.Resource.some((pattern) => pattern === '*' || matchesResource(pattern, request.resource)) &&
    (statement.Condition === undefined || conditionHolds(statement.Condition, request.facts))
  );
}

function matchesPrincipal({ Principal: wanted = [], Effect }: PolicyStatement, principals: readonly string[]): boolean {
  if (wanted.length === 0) return Effect === 'Deny';
  return wanted.some((pattern) => pattern === '*' || principals.some((name) => matchesWildcard(pattern, name)));
}

// Compared field by field, so that a wildcard in the account field cannot swallow the bucket.
function matchesResource(pattern: string, resource: string): boolean {
  const wanted = pattern.split(':');
  const actual = resource.split(':');
  const [tail, actualTail] = [wanted.slice(4).join(':'), actual.slice(4).join(':')];
  const headMatches = [0, 1, 2, 3].every((index) => matchesWildcard(wanted[index] ?? '', actual[index] ?? ''));
  return headMatches && matchesWildcard(tail, actualTail);
}

/** Results of the policies that an identity carries itself. */
export interface IdentityEvaluation {
  readonly ram: Evaluation;
  /** Absent for an identity without a session policy. */
  readonly session?: Evaluation;
}

/** Evaluates an identity's RAM policies and the session policy that narrows them. */
export function evaluateIdentity(identity: Identity, request: AccessRequest): IdentityEvaluation {
  const ram = evaluate('RAM policy', identity.kind === 'anonymous' ? [] : identity.policies, request);
  if (identity.kind !== 'session' || identity.sessionPolicy === undefined) return { ram };
  return { ram, session: evaluate('session policy', [identity.sessionPolicy], request) };
}

/** Names by which a policy's Principal may refer to an identity. */
export function principalsOf(identity: Identity): readonly string[] {
  if (identity.kind === 'anonymous') return [];
  const [, , , accountId = ''] = identity.arn.split(':');
  const byAccount = [identity.arn, identity.id, accountId, `acs:ram::${accountId}:root`];
  // Bucket policies write `arn:sts::`, RAM writes `acs:ram::`.
  const names =
    identity.kind === 'user'
      ? byAccount
      : [...byAccount, identity.roleArn, identity.arn.replace('acs:ram::', 'arn:sts::')];
  return [...names, ...names.map((name) => `RAM:${name}`)];
}

/** Name by which a trust policy refers to an identity provider. */
export function federatedPrincipal(providerArn: string): string {
  return `Federated:${providerArn}`;
}

/** Input of an access decision. */
export interface AuthorizeOptions {
  readonly identity: Identity;
  readonly request: AccessRequest;
  /** Absent when the bucket does not exist. */
  readonly bucket?: { readonly acl: Acl; readonly policy?: PolicyDocument };
  /** Whether public ACLs, and statements for everybody, do not count. @default false */
  readonly blocksPublicAccess?: boolean;
  /** Absent when the object does not exist, or the request is not about one. */
  readonly objectAcl?: ObjectAcl;
}

/** An access decision with its reasons. */
export interface Decision {
  /** Absent when access is allowed. */
  readonly refusal?: Refusal;
  /** One line for each step of the decision, for display. */
  readonly trace: readonly string[];
}

const BY_ACL = 'You have no right to access this object because of bucket acl.';

/**
 * Decides whether an identity may act on a resource. A Deny in a RAM, bucket or session policy wins. Otherwise a RAM policy,
 * the bucket policy or the ACL must allow the action, and a session policy narrows all of them.
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

  const { ram, session } = evaluateIdentity(identity, request);
  const { blocksPublicAccess = false } = options;
  const policy = bucket?.policy && (blocksPublicAccess ? withoutPublic(bucket.policy) : bucket.policy);
  const byBucket = evaluate('bucket policy', policy ? [policy] : [], request, principalsOf(identity));
  if (identity.kind !== 'anonymous') trace.push(...ram.trace);
  if (bucket?.policy !== undefined) trace.push(...byBucket.trace);
  if (ram.verdict === 'explicit-deny') {
    return refuse(
      'Access denied by RAM policy.',
      EC.deniedByRamPolicy,
      'AccountLevelIdentityBasedPolicy',
      'ExplicitDeny',
    );
  }
  if (byBucket.verdict === 'explicit-deny') {
    return refuse('Access denied by bucket policy.', EC.deniedByBucketPolicy, 'ResourcePolicy', 'ExplicitDeny');
  }
  if (session !== undefined) {
    trace.push(...session.trace);
    if (session.verdict !== 'allow') {
      const type = session.verdict === 'explicit-deny' ? 'ExplicitDeny' : 'ImplicitDeny';
      return refuse("Access denied by authorizer's policy.", EC.deniedBySessionPolicy, 'SessionPolicy', type);
    }
  }
  if (ram.verdict === 'allow' || byBucket.verdict === 'allow') return { trace };
  const own = objectAcl === undefined || objectAcl === 'default' ? (bucket?.acl ?? 'private') : objectAcl;
  const acl = blocksPublicAccess ? 'private' : own;
  if (acl !== own) trace.push(`public access is blocked: the ACL ${own} does not count`);
  trace.push(`${objectAcl === undefined || objectAcl === 'default' ? 'bucket' : 'object'} ACL: ${acl}`);
  if (aclAllows(acl, request.action)) return { trace };
  if (identity.kind === 'anonymous' && request.action === 'oss:ListBuckets') {
    return refuse('Anonymous access is forbidden for this operation.', EC.anonymousForbidden, 'ACL', 'ImplicitDeny');
  }
  const ec = request.action === 'oss:GetObjectAcl' ? EC.deniedByAclOfObjectAcl : EC.deniedByAcl;
  return refuse(BY_ACL, ec, 'ACL', 'ImplicitDeny');
}

function withoutPublic(policy: PolicyDocument): PolicyDocument {
  return { ...policy, Statement: policy.Statement.filter((statement) => !isPublicStatement(statement)) };
}

const PRINCIPAL_TYPES = { anonymous: 'Anonymous', user: 'SubUser', session: 'AssumedRoleUser' } as const;

const LISTINGS = new Set(['oss:ListObjects', 'oss:ListObjectVersions', 'oss:ListMultipartUploads']);

/** Facts about a request that conditions may test. */
export function requestFacts(request: RawRequest, action: string, now: Date): ConditionFacts {
  const facts = new Map([
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
    ['acs:CurrentTime', now.toISOString()],
  ]);
  // Only listings have a prefix: elsewhere the parameter has no meaning, and V1 does not sign it.
  if (!LISTINGS.has(action)) return facts;
  const [prefix, delimiter] = [parameter(request, 'prefix'), parameter(request, 'delimiter')];
  if (prefix !== undefined) facts.set('oss:Prefix', prefix);
  if (delimiter !== undefined) facts.set('oss:Delimiter', delimiter);
  return facts;
}
