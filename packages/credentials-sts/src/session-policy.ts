import { assertBucket, assertKey } from '@ossgrant/signer-core';
import { SessionPolicyError } from './session-policy-error.ts';

/** A RAM policy that narrows a role for one session. It never adds rights to the role's own. */
export interface SessionPolicy {
  readonly Version: '1';
  readonly Statement: readonly SessionPolicyStatement[];
}

/** One statement of a session policy. */
export interface SessionPolicyStatement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
}

/** What `allowDownload` grants. */
export interface AllowDownloadOptions {
  readonly bucket: string;
  /** The one object that may be read, by its exact key. */
  readonly key: string;
}

/** Limit of STS for a session policy, in bytes of UTF-8. */
export const MAX_POLICY_BYTES = 2048;

/**
 * Builds the policy for downloading one object: `oss:GetObject` on exactly that key, which covers GET and HEAD.
 *
 * @throws SessionPolicyError `WILDCARD_IN_KEY` when RAM would read the key as a pattern
 * @throws SigningError when OSS refuses the bucket's name or the key
 */
export function allowDownload(options: AllowDownloadOptions): SessionPolicy {
  const { bucket, key } = options;
  assertBucket(bucket);
  assertKey(key);
  // RAM patterns have no escape: `*` and `?` in a key would grant other objects too.
  if (/[*?]|\$\{/.test(key)) {
    throw new SessionPolicyError(
      'WILDCARD_IN_KEY',
      'the key contains "*", "?" or "${", which a policy reads as a pattern that also fits other objects. Sign a URL for this object instead: a signature binds the exact key',
    );
  }
  return {
    Version: '1',
    Statement: [{ Effect: 'Allow', Action: ['oss:GetObject'], Resource: [`acs:oss:*:*:${bucket}/${key}`] }],
  };
}

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
