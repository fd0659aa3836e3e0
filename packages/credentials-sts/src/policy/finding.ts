/**
 * What is wrong with a policy.
 *
 * The policy cannot be used:
 * - `NOT_JSON`, `UNSUPPORTED_VERSION`, `MISSING_ELEMENT`, `UNKNOWN_ELEMENT`, `INVALID_VALUE`: the form of the document.
 * - `INVALID_ACTION`, `INVALID_RESOURCE`: not in the form `oss:GetObject`, `acs:oss:*:*:bucket/key`.
 * - `UNKNOWN_CONDITION_OPERATOR`, `INVALID_CONDITION_VALUE`: a comparison that RAM cannot make.
 * - `TOO_LARGE`: STS refuses it.
 *
 * Grants more than it seems to:
 * - `WHOLE_ROLE`: no policy at all.
 * - `WIDE_ACTION`, `WIDE_RESOURCE`, `WHOLE_BUCKET`: a wildcard for actions, for buckets, for all objects of a bucket.
 * - `PREFIX_WITHOUT_SLASH`, `WILDCARD_IN_KEY`, `VARIABLE`: the pattern also matches neighbours.
 * - `LIST_WITHOUT_PREFIX`: every key of the bucket can be listed.
 * - `PLAIN_HTTP`: not limited to https.
 *
 * Applies to less than it seems to: an Allow grants less, a Deny forbids less.
 * - `ALLOWS_NOTHING`: no Allow.
 * - `NEVER_MATCHES`: no request for the action can name these resources, or meet the condition.
 * - `NO_SUCH_ACTION`: OSS does not have the action, or is not known to have it.
 * - `IMPOSSIBLE_RESOURCE`: no bucket or object can have the name.
 * - `UNKNOWN_CONDITION_KEY`: OSS is not known to set the key, so the condition never holds.
 */
export type PolicyFindingCode =
  | 'NOT_JSON'
  | 'UNSUPPORTED_VERSION'
  | 'MISSING_ELEMENT'
  | 'UNKNOWN_ELEMENT'
  | 'INVALID_VALUE'
  | 'INVALID_ACTION'
  | 'INVALID_RESOURCE'
  | 'UNKNOWN_CONDITION_OPERATOR'
  | 'INVALID_CONDITION_VALUE'
  | 'TOO_LARGE'
  | 'WHOLE_ROLE'
  | 'WIDE_ACTION'
  | 'WIDE_RESOURCE'
  | 'WHOLE_BUCKET'
  | 'PREFIX_WITHOUT_SLASH'
  | 'WILDCARD_IN_KEY'
  | 'VARIABLE'
  | 'LIST_WITHOUT_PREFIX'
  | 'PLAIN_HTTP'
  | 'ALLOWS_NOTHING'
  | 'NEVER_MATCHES'
  | 'NO_SUCH_ACTION'
  | 'IMPOSSIBLE_RESOURCE'
  | 'UNKNOWN_CONDITION_KEY';

/** One problem of a policy, its place, and its fix. */
export interface PolicyFinding {
  /** The kind of problem. */
  readonly code: PolicyFindingCode;
  /** `error`: unusable, far too wide, or a Deny without effect. `warning`: probably not meant. `info`: could be narrower. */
  readonly severity: 'error' | 'warning' | 'info';
  /** JSON pointer (RFC 6901) into the policy, such as `/Statement/0/Action/1`; empty for the whole. */
  readonly path: string;
  /** What is wrong, in words. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A pointer to a member of the value at `path`. */
export function pointer(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
