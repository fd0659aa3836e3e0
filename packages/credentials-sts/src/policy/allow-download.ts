import { optional, optionsCheck, type OptionTable, takes } from '@ossgrant/credentials-core/internal';
import { assertBucket, assertKey } from '@ossgrant/signer-core';
import { parseNetwork } from './operators.ts';
import {
  type PolicyCondition,
  policyText,
  type SessionPolicy,
  SessionPolicyError,
  type SessionPolicyStatement,
} from './session-policy.ts';

/** The conditions of a policy. All must hold. */
export interface PolicyConditionOptions {
  /**
   * Addresses or networks that requests may come from, as OSS sees them. Behind a NAT or inside a VPC OSS sees another address,
   * and that of a mobile client changes.
   */
  readonly sourceIp?: string | readonly string[];
  /** Ends the grant before the credentials end. Whole seconds. */
  readonly until?: Date;
  /** Refuses plain http. @default false */
  readonly secureTransport?: boolean;
}

/** Options of `allowDownload`: one object, or all objects under a prefix. */
export type AllowDownloadOptions = AllowDownloadCommon & (OneObject | OnePrefix);

interface AllowDownloadCommon extends PolicyConditionOptions {
  readonly bucket: string;
  /**
   * `'any'` also grants former versions, by their ids. A policy cannot name one version: sign a URL for that.
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
  /** Grants every object whose key starts with it. Ends with `/`. */
  readonly prefix: string;
  readonly key?: never;
  /**
   * Also grants listing the keys under the prefix.
   *
   * @default false
   */
  readonly list?: boolean;
}

// The union of both forms: which of key and prefix is there is checked below.
interface AnyDownload extends AllowDownloadCommon {
  readonly key?: string;
  readonly prefix?: string;
  readonly list?: boolean;
}

const OPTIONS: OptionTable<AnyDownload> = {
  bucket: takes.text,
  key: optional(takes.text),
  prefix: optional(takes.text),
  list: optional(takes.flag),
  versionId: optional(takes.text),
  sourceIp: optional(takes.either(takes.text, takes.texts)),
  until: optional(takes.special('a Date', (value) => value instanceof Date)),
  secureTransport: optional(takes.flag),
};
const check = optionsCheck<AnyDownload>('allowDownload', OPTIONS, {
  folder: 'prefix',
  ip: 'sourceIp',
  expires: 'until',
});

/**
 * Builds the policy for downloading: `oss:GetObject`, which covers GET and HEAD, on exactly one key or one prefix.
 *
 * `mergePolicies` makes one policy for several objects.
 *
 * @throws TypeError for options that are missing, mistyped or unknown
 * @throws SessionPolicyError when the policy would grant more than it says, or is too large
 * @throws SigningError for a bucket name or a key that OSS would refuse
 */
export function allowDownload(options: AllowDownloadOptions): SessionPolicy {
  check(options);
  const { bucket, key, prefix, versionId, list = false } = options;
  assertBucket(bucket);
  if ((key === undefined) === (prefix === undefined)) throw new TypeError('allowDownload: give either key or prefix');
  if (list && prefix === undefined) throw new TypeError('allowDownload: list needs a prefix');
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
    Statement: list && prefix !== undefined ? [read, listing(bucket, prefix, condition)] : [read],
  };
  policyText(policy);
  return policy;
}

/** @returns undefined when there are none */
function policyCondition(options: PolicyConditionOptions): PolicyCondition | undefined {
  const { sourceIp, until, secureTransport = false } = options;
  const condition = {
    ...(secureTransport ? { Bool: { 'acs:SecureTransport': ['true'] } } : {}),
    ...(sourceIp === undefined ? {} : { IpAddress: { 'acs:SourceIp': networks(sourceIp) } }),
    ...(until === undefined ? {} : { DateLessThan: { 'acs:CurrentTime': [instant(until)] } }),
  };
  return Object.keys(condition).length === 0 ? undefined : condition;
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
  if (Number.isNaN(until.getTime())) throw new SessionPolicyError('INVALID_CONDITION', 'until is not a valid Date');
  return `${until.toISOString().slice(0, 19)}Z`;
}

function listing(bucket: string, prefix: string, condition: PolicyCondition | undefined): SessionPolicyStatement {
  return {
    Effect: 'Allow',
    Action: ['oss:ListObjects'],
    Resource: [`acs:oss:*:*:${bucket}`],
    // A listing must ask for this prefix, or for one under it.
    Condition: { ...condition, StringLike: { 'oss:Prefix': [`${prefix}*`] } },
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
      'the prefix must end with "/": without it, "team-a" would also match "team-abc/secret"',
    );
  }
  return `${prefix}*`;
}

function assertLiteral(text: string, what: 'key' | 'prefix'): void {
  // RAM patterns have no escape: `*` and `?` in a key would grant other objects too.
  if (!/[*?]|\$\{/.test(text)) return;
  throw new SessionPolicyError(
    'WILDCARD_IN_KEY',
    `the ${what} contains "*", "?" or "\${", which a policy reads as a pattern that also matches other objects. Sign a URL for the object instead: a signature binds the exact key`,
  );
}
