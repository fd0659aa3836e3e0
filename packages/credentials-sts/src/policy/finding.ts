/**
 * What is wrong with a policy.
 *
 * Not a policy that can be used:
 * - `NOT_JSON`, `UNSUPPORTED_VERSION`, `MISSING_ELEMENT`, `UNKNOWN_ELEMENT`, `INVALID_VALUE`: the document's form.
 * - `INVALID_ACTION`, `INVALID_RESOURCE`: not in the form `oss:GetObject`, `acs:oss:*:*:bucket/key`.
 * - `UNKNOWN_CONDITION_OPERATOR`, `INVALID_CONDITION_VALUE`: nothing can be compared so.
 * - `TOO_LARGE`: STS refuses it.
 *
 * Grants more than it seems to:
 * - `WHOLE_ROLE`: no policy at all.
 * - `WIDE_ACTION`, `WIDE_RESOURCE`, `WHOLE_BUCKET`: a wildcard for actions, for buckets, for all objects of a bucket.
 * - `PREFIX_WITHOUT_SLASH`, `WILDCARD_IN_KEY`, `VARIABLE`: the pattern also fits neighbours.
 * - `LIST_WITHOUT_PREFIX`: every key of the bucket can be listed.
 * - `PLAIN_HTTP`: not limited to https.
 *
 * Grants less than it seems to:
 * - `ALLOWS_NOTHING`: no Allow.
 * - `NEVER_MATCHES`: an action on a resource that it is never asked for.
 * - `NO_SUCH_ACTION`: a name that another API has.
 * - `UNKNOWN_CONDITION_KEY`: a key that OSS is not known to fill in, so an Allow never applies.
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
  | 'UNKNOWN_CONDITION_KEY';

/** One thing that is wrong with a policy, where, and what to do about it. */
export interface PolicyFinding {
  readonly code: PolicyFindingCode;
  /** `error`: unusable, or far too wide. `warning`: probably not meant. `info`: could be narrower. */
  readonly severity: 'error' | 'warning' | 'info';
  /** JSON pointer (RFC 6901) into the policy, such as `/Statement/0/Action/1`; empty for the whole. */
  readonly path: string;
  readonly message: string;
  readonly fix: string;
}

/** A pointer to a member of what the pointer points to. */
export function pointer(path: string, name: string | number): string {
  return `${path}/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
