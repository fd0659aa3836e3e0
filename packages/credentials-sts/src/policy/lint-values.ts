import { type PolicyFinding, pointer } from './finding.ts';
import type { PolicyCondition, SessionPolicyStatement } from './session-policy.ts';

/** Whether a resource is one or more buckets, objects of theirs, or may be either. */
export function namesObjects(resource: string): 'bucket' | 'objects' | 'either' {
  const path = pathOf(resource);
  const slash = path.indexOf('/');
  // A star before the slash, or without one, also fits a bucket and all that is in it.
  if (slash === -1) return path.includes('*') ? 'either' : 'bucket';
  return path.slice(0, slash).includes('*') ? 'either' : 'objects';
}

/** What is too wide about one resource of an Allow. */
export function lintResource(resource: string, path: string): readonly PolicyFinding[] {
  const [bucket = '', ...rest] = pathOf(resource).split('/');
  const key = rest.length === 0 ? undefined : rest.join('/');
  if (/[*?]/.test(bucket)) {
    const message = `"${resource}" fits more than one bucket`;
    return [
      { code: 'WIDE_RESOURCE', severity: 'error', path, message, fix: 'name the bucket and the key or folder in it' },
    ];
  }
  return key === undefined ? [] : lintKeyPattern(key, path);
}

/** What is too wide about a pattern that keys, or prefixes of a listing, must fit. */
export function lintKeyPattern(pattern: string, path: string): readonly PolicyFinding[] {
  const found = (code: PolicyFinding['code'], message: string, fix: string): PolicyFinding[] => [
    { code, severity: 'warning', path, message, fix },
  ];
  if (pattern.includes('${')) {
    return found('VARIABLE', '"${" may be read as the start of a variable', 'write out what is meant');
  }
  if (pattern === '*')
    return found('WHOLE_BUCKET', 'it fits every key of the bucket', 'name the key or folder: "dir/*"');
  const literal = pattern.endsWith('*') ? pattern.slice(0, -1) : pattern;
  if (/[*?]/.test(literal)) {
    const fix = 'a pattern cannot name a key that contains "*" or "?": sign a URL for it, or name its folder';
    return found('WILDCARD_IN_KEY', `"${pattern}" also fits other keys: RAM has no escape`, fix);
  }
  if (literal === pattern || literal.endsWith('/')) return [];
  const message = `"${pattern}" also fits the neighbours of ${JSON.stringify(literal)}, such as "${literal}-secret"`;
  return found('PREFIX_WITHOUT_SLASH', message, `end the folder with a slash: "${literal}/*"`);
}

function pathOf(resource: string): string {
  return resource === '*' ? '*' : resource.split(':').slice(4).join(':');
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
