import { SessionPolicyError } from './session-policy-error.ts';

/** A RAM policy that narrows a role for one session. It never adds rights to the role's own. */
export interface SessionPolicy {
  readonly Version: '1';
  readonly Statement: readonly SessionPolicyStatement[];
}

/** Conditions by operator and key. All must hold; of several values of one key, one is enough. */
export type PolicyCondition = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** One statement of a session policy. */
export interface SessionPolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: PolicyCondition;
}

/** Limit of STS for a session policy, in bytes of UTF-8. */
export const MAX_POLICY_BYTES = 2048;

/**
 * Writes a policy as STS takes it.
 *
 * @throws SessionPolicyError `POLICY_TOO_LARGE` over 2048 bytes; nothing broader is used in its place
 */
export function policyText(policy: SessionPolicy): string {
  const text = JSON.stringify(policy);
  const bytes = new TextEncoder().encode(text).length;
  if (bytes > MAX_POLICY_BYTES) {
    throw new SessionPolicyError(
      'POLICY_TOO_LARGE',
      `the session policy has ${bytes} bytes and STS takes ${MAX_POLICY_BYTES}: grant fewer or shorter keys, or sign URLs`,
    );
  }
  return text;
}
