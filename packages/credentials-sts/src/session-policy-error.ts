/**
 * Why a session policy was not made.
 *
 * - `WILDCARD_IN_KEY`: the policy would grant more than the one object, or the one prefix.
 * - `PREFIX_TOO_WIDE`: the prefix does not end with a slash, so it would also fit its neighbours.
 * - `ONE_VERSION`: a policy cannot be narrowed to one version of an object.
 * - `INVALID_CONDITION`: a condition that would never hold, or not mean what it seems to.
 * - `POLICY_TOO_LARGE`: STS would refuse it.
 * - `INVALID_POLICY`: a policy that was given cannot be understood.
 */
export type SessionPolicyErrorCode =
  | 'WILDCARD_IN_KEY'
  | 'PREFIX_TOO_WIDE'
  | 'ONE_VERSION'
  | 'INVALID_CONDITION'
  | 'POLICY_TOO_LARGE'
  | 'INVALID_POLICY';

/** Thrown before any call is made. */
export class SessionPolicyError extends Error {
  override readonly name = 'SessionPolicyError';
  readonly code: SessionPolicyErrorCode;
  readonly retryable = false;

  constructor(code: SessionPolicyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
