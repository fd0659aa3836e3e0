import { parseNetwork } from './policy/ip-network.ts';
import { SessionPolicyError } from './session-policy-error.ts';
import type { PolicyCondition } from './session-policy.ts';

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
