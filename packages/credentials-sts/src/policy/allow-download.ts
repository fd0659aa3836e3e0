import { assertBucket, assertKey } from '@ossgrant/signer-core';
import { parseNetwork } from './operators.ts';
import {
  SessionPolicyError,
  type PolicyCondition,
  policyText,
  type SessionPolicy,
  type SessionPolicyStatement,
} from './session-policy.ts';

/** On what condition a policy allows. */
export interface PolicyConditionOptions {
  /**
   * Addresses or networks that requests may come from, as OSS sees them: behind a NAT or inside a VPC that is another
   * address, and a mobile client's changes.
   */
  readonly sourceIp?: string | readonly string[];
  /** Ends the grant before the credentials end. Whole seconds. */
  readonly until?: Date;
  /** Whether plain http is refused. */
  readonly secureTransport?: boolean;
}

/**
 * Writes conditions.
 *
 * @returns undefined when there are none
 * @throws SessionPolicyError `INVALID_CONDITION`
 */
export function policyCondition(options: PolicyConditionOptions): PolicyCondition | undefined {
  const { sourceIp, until, secureTransport } = options;
  const condition = {
    ...(secureTransport === true ? { Bool: { 'acs:SecureTransport': ['true'] } } : {}),
    ...(sourceIp === undefined ? {} : { IpAddress: { 'acs:SourceIp': networks(sourceIp) } }),
    ...(until === undefined ? {} : { DateLessThan: { 'acs:CurrentTime': [instant(until)] } }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
}

/** Adds that a listing must ask for this prefix, or for one under it. */
export function withPrefix(condition: PolicyCondition | undefined, prefix: string): PolicyCondition {
  return { ...condition, StringLike: { 'oss:Prefix': [`${prefix}*`] } };
}

function networks(sourceIp: string | readonly string[]): readonly string[] {
  const list = typeof sourceIp === 'string' ? [sourceIp] : [...sourceIp];
  const wrong = list.length === 0 || list.some((network) => parseNetwork(network) === undefined);
  if (!wrong) return list;
  throw new SessionPolicyError(
    'INVALID_CONDITION',
    'sourceIp must be addresses or networks, such as "203.0.113.7" or "203.0.113.0/24"',
  );
}

function instant(until: Date): string {
  if (Number.isNaN(until.getTime())) throw new SessionPolicyError('INVALID_CONDITION', 'until is no valid Date');
  return `${until.toISOString().slice(0, 19)}Z`;
}

/** What `allowDownload` grants: one object, or all objects under a prefix. */
export type AllowDownloadOptions = AllowDownloadCommon & (OneObject | OnePrefix);

interface AllowDownloadCommon extends PolicyConditionOptions {
  readonly bucket: string;
  /**
   * `'any'` grants former versions too, by their ids. A policy cannot name one version: sign a URL for that.
   *
   * @default the current version only
   */
  readonly versionId?: 'any';
}

interface OneObject {
  /** The one object that may be read, by its exact key. */
  readonly key: string;
  readonly prefix?: never;
  readonly list?: never;
}

interface OnePrefix {
  /** Every object whose key starts so. Ends with `/`. */
  readonly prefix: string;
  readonly key?: never;
  /**
   * Whether the keys under the prefix may be listed.
   *
   * @default false
   */
  readonly list?: boolean;
}

/**
 * Builds the policy for downloading: `oss:GetObject`, which covers GET and HEAD, on exactly one key or one prefix.
 *
 * @throws SessionPolicyError when the policy would grant more than it says, or is too large
 * @throws SigningError when OSS refuses the bucket's name or the key
 */
export function allowDownload(options: AllowDownloadOptions): SessionPolicy {
  const { bucket, key, prefix, versionId, list = false } = options;
  assertBucket(bucket);
  if ((key === undefined) === (prefix === undefined)) throw new TypeError('give either key or prefix');
  if (versionId !== undefined && versionId !== 'any') {
    throw new SessionPolicyError(
      'ONE_VERSION',
      "a policy cannot be narrowed to one version: sign a URL with its versionId, or grant them all with versionId: 'any'",
    );
  }
  const resource = prefix === undefined ? exactly(key ?? '') : under(prefix);
  const condition = policyCondition(options);
  const read: SessionPolicyStatement = {
    Effect: 'Allow',
    Action: versionId === undefined ? ['oss:GetObject'] : ['oss:GetObject', 'oss:GetObjectVersion'],
    Resource: [`acs:oss:*:*:${bucket}/${resource}`],
    ...(condition === undefined ? {} : { Condition: condition }),
  };
  const policy: SessionPolicy = {
    Version: '1',
    Statement: list && prefix !== undefined ? [read, listing(bucket, prefix, options)] : [read],
  };
  policyText(policy);
  return policy;
}

function listing(bucket: string, prefix: string, options: AllowDownloadOptions): SessionPolicyStatement {
  return {
    Effect: 'Allow',
    Action: ['oss:ListObjects'],
    Resource: [`acs:oss:*:*:${bucket}`],
    Condition: withPrefix(policyCondition(options), prefix),
  };
}

function exactly(key: string): string {
  assertKey(key);
  assertLiteral(key, 'key');
  return key;
}

function under(prefix: string): string {
  assertKey(prefix);
  assertLiteral(prefix, 'prefix');
  if (!prefix.endsWith('/')) {
    throw new SessionPolicyError(
      'PREFIX_TOO_WIDE',
      'the prefix must end with "/": without it, "team-a" would also fit "team-abc/secret"',
    );
  }
  return `${prefix}*`;
}

function assertLiteral(text: string, what: 'key' | 'prefix'): void {
  // RAM patterns have no escape: `*` and `?` in a key would grant other objects too.
  if (!/[*?]|\$\{/.test(text)) return;
  throw new SessionPolicyError(
    'WILDCARD_IN_KEY',
    `the ${what} contains "*", "?" or "\${", which a policy reads as a pattern that also fits other objects. Sign a URL for the object instead: a signature binds the exact key`,
  );
}
