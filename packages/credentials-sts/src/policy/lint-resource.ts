import type { PolicyFinding } from './finding.ts';

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
