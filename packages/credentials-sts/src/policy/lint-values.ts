import { type PolicyFinding, pointer } from './finding.ts';
import { matchesPattern } from './operators.ts';
import { readResource } from './resources.ts';
import type { PolicyCondition, SessionPolicyStatement } from './session-policy.ts';

/** Finds whether an action of an Allow is too wide. */
export function lintAction(action: string, path: string): readonly PolicyFinding[] {
  if (!/[*?]/.test(action)) return [];
  const isAll = action === '*' || /^[^:]*:\*$/.test(action);
  const message = isAll
    ? `"${action}" also allows writing, deleting and changing permissions`
    : `"${action}" also matches actions that are not meant, and those that OSS adds later`;
  const fix = 'list the actions one by one: "oss:GetObject" is enough to download';
  return [{ code: 'WIDE_ACTION', severity: isAll ? 'error' : 'warning', path, message, fix }];
}

/** Finds whether a resource of an Allow is too wide. */
export function lintResource(resource: string, path: string): readonly PolicyFinding[] {
  const { service, path: pattern } = readResource(resource);
  if (!matchesPattern(service, 'oss')) return [];
  const [bucket = '', ...rest] = pattern.split('/');
  const key = rest.length === 0 ? undefined : rest.join('/');
  if (/[*?]/.test(bucket)) {
    const message = `"${resource}" matches more than one bucket`;
    return [
      { code: 'WIDE_RESOURCE', severity: 'error', path, message, fix: 'name the bucket and the key or folder in it' },
    ];
  }
  return key === undefined ? [] : lintKeyPattern(key, path);
}

/** Finds whether a pattern of keys is too wide. */
function lintKeyPattern(pattern: string, path: string): readonly PolicyFinding[] {
  const found = (code: PolicyFinding['code'], message: string, fix: string): PolicyFinding[] => [
    { code, severity: 'warning', path, message, fix },
  ];
  if (pattern.includes('${')) {
    return found('VARIABLE', '"${" may be read as the start of a variable', 'write the value itself');
  }
  if (pattern === '*') {
    return found('WHOLE_BUCKET', 'it matches every key of the bucket', 'name the key or folder: "dir/*"');
  }
  const literal = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
  if (/[*?]/.test(literal)) {
    const fix = 'a pattern cannot name a key that contains "*" or "?": sign a URL for it, or name its folder';
    return found('WILDCARD_IN_KEY', `"${pattern}" also matches other keys: RAM has no escape`, fix);
  }
  if (literal === pattern || literal.endsWith('/')) return [];
  const message = `"${pattern}" also matches the neighbours of ${JSON.stringify(literal)}, such as "${literal}-secret"`;
  return found('PREFIX_WITHOUT_SLASH', message, `end the folder with a slash: "${literal}/*"`);
}

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

/** Finds what is wrong with the conditions of a statement. */
export function lintCondition(
  condition: PolicyCondition,
  path: string,
  effect: SessionPolicyStatement['Effect'],
): readonly PolicyFinding[] {
  return Object.entries(condition).flatMap(([operator, keys]) =>
    Object.entries(keys).flatMap(([key, values]) => {
      const at = pointer(pointer(path, operator), key);
      if (!KEYS.has(key) && !TAGS.test(key)) return [unknownKey(key, at)];
      const limits = key === 'oss:Prefix' && /^String(Like|Equals|EqualsIgnoreCase)$/.test(operator);
      if (!limits || effect === 'Deny') return [];
      return values.flatMap((value, index) => lintPrefix(value, pointer(at, index)));
    }),
  );
}

// A listing with the prefix "dir/" shows every key that begins so.
function lintPrefix(prefix: string, path: string): readonly PolicyFinding[] {
  if (prefix !== '') return lintKeyPattern(prefix.endsWith('*') ? prefix : `${prefix}*`, path);
  const message = 'the empty prefix lists every key of the bucket';
  return [{ code: 'LIST_WITHOUT_PREFIX', severity: 'warning', path, message, fix: 'name the folder: "dir/*"' }];
}

function unknownKey(key: string, path: string): PolicyFinding {
  const close = [...KEYS].find((known) => known.toLowerCase() === key.toLowerCase());
  return {
    code: 'UNKNOWN_CONDITION_KEY',
    severity: 'warning',
    path,
    message: `OSS is not known to set ${key}: a condition on it would not hold`,
    fix: close === undefined ? 'check its name in the documentation of OSS' : `write ${close}`,
  };
}
