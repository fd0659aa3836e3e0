import type { PolicyCondition, SessionPolicyStatement } from '../session-policy.ts';
import { pointer, type PolicyFinding } from './finding.ts';
import { lintKeyPattern } from './lint-resource.ts';

// https://www.alibabacloud.com/help/en/oss/user-guide/authorization-syntax-and-elements.
const KEYS = new Set([
  'acs:AccessId',
  'acs:CurrentTime',
  'acs:MFAPresent',
  'acs:SecureTransport',
  'acs:SourceIp',
  'acs:SourceVpc',
  'acs:UserAgent',
  'oss:Delimiter',
  'oss:Prefix',
  'oss:x-oss-acl',
  'oss:x-oss-object-acl',
]);
const TAGS = /^oss:(BucketTag|ExistingObjectTag|RequestObjectTag)(\/.+)?$/;

/** What is wrong with the conditions of a statement. */
export function lintCondition(
  condition: PolicyCondition,
  path: string,
  effect: SessionPolicyStatement['Effect'],
): readonly PolicyFinding[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => {
      const at = pointer(pointer(path, operator), key);
      if (!KEYS.has(key) && !TAGS.test(key)) return [unknownKey(key, at)];
      if (key !== 'oss:Prefix' || operator !== 'StringLike' || effect === 'Deny') return [];
      return values.flatMap((value, index) => lintKeyPattern(value, pointer(at, index)));
    }),
  );
}

function unknownKey(key: string, path: string): PolicyFinding {
  const close = [...KEYS].find((known) => known.toLowerCase() === key.toLowerCase());
  return {
    code: 'UNKNOWN_CONDITION_KEY',
    severity: 'warning',
    path,
    message: `OSS is not known to fill in ${key}: a condition on it would not hold`,
    fix: close === undefined ? 'check its name in the documentation of OSS' : `write ${close}`,
  };
}
