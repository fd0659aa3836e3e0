/**
 * What is wrong with a policy.
 *
 * The policy cannot be used:
 * - `NOT_JSON`: the text is not JSON. Write an object with `Version` and `Statement`.
 * - `UNSUPPORTED_VERSION`: RAM has policies of version `1` only. Write `"Version": "1"`.
 * - `MISSING_ELEMENT`, `UNKNOWN_ELEMENT`, `INVALID_VALUE`: an element is missing, unknown, or of the wrong type. Correct it where `path`
 *   points.
 * - `INVALID_ACTION`: an action is not in the form `oss:GetObject`. Write service, colon and operation.
 * - `INVALID_RESOURCE`: a resource is not in the form `acs:oss:*:*:bucket/key`. Write all five parts.
 * - `UNKNOWN_CONDITION_OPERATOR`, `INVALID_CONDITION_VALUE`: RAM cannot make the comparison. Use one of its operators, with a value of
 *   its type.
 * - `TOO_LARGE`: STS refuses a session policy of more than 2048 bytes. Shorten or split it.
 *
 * Grants more than it seems to:
 * - `WHOLE_ROLE`: without a policy, a session has all rights of the role. Pass one.
 * - `WIDE_ACTION`, `WIDE_RESOURCE`, `WHOLE_BUCKET`: a wildcard covers actions, buckets, or all objects of a bucket. Name what is needed.
 * - `PREFIX_WITHOUT_SLASH`, `WILDCARD_IN_KEY`, `VARIABLE`: the pattern also matches neighbours. End a prefix with `/`, and name keys in
 *   full.
 * - `LIST_WITHOUT_PREFIX`: every key of the bucket can be listed. Add a condition on `oss:Prefix`.
 * - `PLAIN_HTTP`: requests over plain http are allowed. Add the condition `acs:SecureTransport`.
 *
 * Applies to less than it seems to: an Allow grants less, a Deny forbids less.
 * - `ALLOWS_NOTHING`: no statement allows anything. Add an `Allow`.
 * - `NEVER_MATCHES`: no request for the action can name these resources, or meet the condition. Pair actions with resources of their
 *   kind.
 * - `NO_SUCH_ACTION`: OSS does not have the action, or is not known to have it. Check its spelling.
 * - `IMPOSSIBLE_RESOURCE`: no bucket or object can have the name. Correct it.
 * - `UNKNOWN_CONDITION_KEY`: OSS is not known to set the key, so the condition never holds. Check its spelling.
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
  /** The fault, in words. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
}

/** A pointer to a member of the value at `path`. */
export function pointer(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
