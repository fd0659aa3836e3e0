import { brandErrors } from '@ossgrant/credentials-core/internal';

/**
 * Why a session policy was refused.
 *
 * - `WILDCARD_IN_KEY`: the policy would grant more than the one object, or the one prefix. Sign links to such keys instead.
 * - `PREFIX_TOO_WIDE`: the prefix does not end with a slash, so it would also match its neighbours. End it with `/`.
 * - `ONE_VERSION`: a policy cannot be narrowed to one version of an object. Sign a link to the version instead.
 * - `INVALID_CONDITION`: a condition would never hold, or not mean what it seems to. Correct it as the message says.
 * - `POLICY_TOO_LARGE`: STS would refuse it. Grant fewer or shorter keys at once, or sign links.
 * - `INVALID_POLICY`: the given policy cannot be understood. Correct it; `lintPolicy` names each place.
 */
export type SessionPolicyErrorCode =
  | 'WILDCARD_IN_KEY'
  | 'PREFIX_TOO_WIDE'
  | 'ONE_VERSION'
  | 'INVALID_CONDITION'
  | 'POLICY_TOO_LARGE'
  | 'INVALID_POLICY';

/** Thrown before any call is made. `instanceof` also recognises errors of another copy of this package. */
export class SessionPolicyError extends Error {
  static {
    brandErrors(this, '@ossgrant/SessionPolicyError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'SessionPolicyError';
  /** Finds the fault of a requested policy. */
  readonly code: SessionPolicyErrorCode;
  /** Never: the options must change. */
  readonly retryable = false;

  constructor(code: SessionPolicyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** A RAM policy that narrows a role for one session. It never adds rights to the role's own. */
export interface SessionPolicy {
  /** The only version of the policy language that RAM has. */
  readonly Version: '1';
  /** Statements that are evaluated together; a `Deny` outweighs every `Allow`. */
  readonly Statement: readonly SessionPolicyStatement[];
}

/** Conditions by operator and key. All must hold; of several values of one key, one is enough. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One statement of a session policy. */
export interface SessionPolicyStatement {
  /** What a request that fits gets. */
  readonly Effect: 'Allow' | 'Deny';
  /** RAM actions, such as `oss:GetObject`. */
  readonly Action: readonly string[];
  /** RAM resources, such as `acs:oss:*:*:my-bucket/report.pdf`. `*` and `?` in them are wildcards. */
  readonly Resource: readonly string[];
  /** Absent: the statement holds in every circumstance. */
  readonly Condition?: PolicyCondition;
}

/** Limit of STS for a session policy, in bytes of UTF-8. */
export const MAX_POLICY_BYTES = 2048;

/**
 * Writes a policy in the form that STS takes.
 *
 * @throws SessionPolicyError `POLICY_TOO_LARGE` over 2048 bytes; nothing broader is used in its place
 */
export function policyText(policy: SessionPolicy): string {
  const text = JSON.stringify(policy);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_POLICY_BYTES) {
    throw new SessionPolicyError(
      'POLICY_TOO_LARGE',
      `the session policy has ${bytes} bytes, and STS accepts at most ${MAX_POLICY_BYTES}: grant fewer or shorter keys, or sign URLs`,
    );
  }
  return text;
}
