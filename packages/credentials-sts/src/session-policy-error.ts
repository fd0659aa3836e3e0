/**
 * Why a session policy was not made.
 *
 * - `WILDCARD_IN_KEY`: the policy would grant more than the one object.
 * - `POLICY_TOO_LARGE`: STS would refuse it.
 */
export type SessionPolicyErrorCode = 'WILDCARD_IN_KEY' | 'POLICY_TOO_LARGE';

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
