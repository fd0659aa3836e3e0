import { accessDenied, type Refusal } from '../http/refusal.ts';
import { parameter, type RawRequest } from '../http/raw-request.ts';
import { conditionHolds, type ConditionFacts, matchesWildcard } from './conditions.ts';
import type { Identity } from './identity.ts';
import { type PolicyDocument, type PolicyStatement, aclAllows, type Acl, type ObjectAcl } from './policy.ts';

/** What somebody wants to do. */
export interface AccessRequest {
  /** Such as `oss:GetObject`. */
  readonly action: string;
  /** Such as `acs:oss:oss-cn-hangzhou:1000000000000001:bucket/key`. */
  readonly resource: string;
  readonly facts: ConditionFacts;
}

/** What policies say: nothing said is no. */
export type Verdict = 'allow' | 'explicit-deny' | 'no-match';

/** A verdict and the statements that led to it, for people. */
export interface Evaluation {
  readonly verdict: Verdict;
  readonly trace: readonly string[];
}

/**
 * Evaluates policies together: one Deny outweighs every Allow.
 *
 * @param name what the policies are called in the trace, such as `RAM policy`
 * @param principals names that the caller goes by; statements with a Principal apply only to one of them
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
    (statement.Principal === undefined || matchesPrincipal(statement.Principal, principals)) &&
    // Actions ignore case; resources do not.
    statement.Action.some((pattern) => matchesWildcard(pattern.toLowerCase(), request.action.toLowerCase())) &&
    statement.Resource.some((pattern) => pattern === '*' || matchesResource(pattern, request.resource)) &&
    (statement.Condition === undefined || conditionHolds(statement.Condition, request.facts))
  );
}

function matchesPrincipal(wanted: readonly string[], principals: readonly string[]): boolean {
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

/** Names that a policy's Principal may call an identity by. */
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

/** Name that a trust policy calls an identity provider by. */
export function federatedPrincipal(providerArn: string): string {
  return `Federated:${providerArn}`;
}

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
  readonly refusal?: Refusal;
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

const LISTINGS = new Set(['oss:ListObjects', 'oss:ListObjectVersions', 'oss:ListMultipartUploads']);

/** What conditions may ask of a request for an action. */
export function requestFacts(request: RawRequest, action: string, now: Date): ConditionFacts {
  const facts = new Map([
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
    ['acs:CurrentTime', now.toISOString()],
  ]);
  // Only a listing has a prefix: elsewhere the parameter means nothing, and V1 does not even sign it.
  if (!LISTINGS.has(action)) return facts;
  const [prefix, delimiter] = [parameter(request, 'prefix'), parameter(request, 'delimiter')];
  if (prefix !== undefined) facts.set('oss:Prefix', prefix);
  if (delimiter !== undefined) facts.set('oss:Delimiter', delimiter);
  return facts;
}
