import type { ParsedLink } from './parse-link.ts';
import { readHost } from './read-host.ts';

/** The object that a server takes a link to mean. */
export interface LinkObject {
  readonly bucket?: string;
  readonly key?: string;
}

/**
 * Finds bucket and key.
 *
 * @param ownBucket bucket of a custom domain, which the link itself does not tell
 */
export function locateObject(link: ParsedLink, ownBucket?: string): LinkObject {
  const host = readHost(link.hostname);
  if (!host.pathStyle) return objectOf(host.bucket ?? ownBucket, link.path);
  const slash = link.path.indexOf('/');
  return slash === -1 ? objectOf(link.path, '') : objectOf(link.path.slice(0, slash), link.path.slice(slash + 1));
}

function objectOf(bucket: string | undefined, key: string): LinkObject {
  return { ...(bucket ? { bucket } : {}), ...(key === '' ? {} : { key }) };
}
