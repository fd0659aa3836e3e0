import { matchesPattern } from './operators.ts';

/** A resource of a statement, `acs:oss:{region}:{account}:{bucket}/{key}`, taken apart. Each part is a pattern. */
export interface Resource {
  readonly text: string;
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** Bucket, or bucket and key. A star spans both. */
  readonly path: string;
}

/** Takes apart what `readPolicy` accepts as a resource. */
export function readResource(text: string): Resource {
  if (text === '*') return { text, service: '*', region: '*', account: '*', path: '*' };
  const [, service = '', region = '', account = '', ...rest] = text.split(':');
  return { text, service, region, account, path: rest.join(':') };
}

/** A bucket or an object of it, as a request names it. */
export interface RequestedResource {
  readonly bucket: string;
  readonly key?: string | undefined;
  /** Absent: any. */
  readonly region?: string | undefined;
  /** Absent: any. */
  readonly accountId?: string | undefined;
}

/** Whether a resource covers a request. Part by part: a wildcard in the account's part must not reach the bucket. */
export function covers(resource: Resource, { bucket, key, region, accountId }: RequestedResource): boolean {
  return (
    matchesPattern(resource.service, 'oss') &&
    (region === undefined || matchesPattern(resource.region, `oss-${region}`)) &&
    (accountId === undefined || matchesPattern(resource.account, accountId)) &&
    matchesPattern(resource.path, key === undefined ? bucket : `${bucket}/${key}`)
  );
}

/** Whether a resource can cover a bucket, or an object. */
export function canCover({ path }: Resource, target: 'bucket' | 'object'): boolean {
  const [bucket = ''] = path.split('/');
  // Wildcards also match the slash; a star matches all that follows it, too.
  if (bucket.includes('*') || (bucket.includes('?') && target === 'object')) return true;
  return path.includes('/') === (target === 'object');
}

/** Why no bucket and no object can have the name that a resource demands; `undefined` when one can. */
export function whyImpossible({ service, path }: Resource): string | undefined {
  if (!matchesPattern(service, 'oss')) return `"${service}" is not the service OSS`;
  const [bucket = '', ...rest] = path.split('/');
  const wildcard = bucket.search(/[*?]/);
  const literal = wildcard === -1 ? bucket : bucket.slice(0, wildcard);
  if (literal === '' && wildcard === -1) return 'the bucket is missing: a resource begins with it and not with a slash';
  if (/[^a-z0-9-]/.test(literal)) {
    return `no bucket is named "${bucket}": names have only lower-case letters, digits and hyphens`;
  }
  if (literal.length > 63 || literal.startsWith('-')) return `no bucket is named "${bucket}": ${LENGTH}`;
  // Behind a wildcard, which may stand for the slash, everything is possible.
  if (wildcard !== -1) return undefined;
  if (literal.length < 3 || literal.endsWith('-')) return `no bucket is named "${bucket}": ${LENGTH}`;
  const key = rest.join('/');
  if (/^[/\\]/.test(key)) return `no key begins with "${key.charAt(0)}"`;
  return rest.length > 0 && key === '' ? 'no object has an empty key' : undefined;
}

const LENGTH = 'names have 3 to 63 characters, and no hyphen at either end';
