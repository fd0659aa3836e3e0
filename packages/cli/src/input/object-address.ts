import { usageError } from '../failure/cli-error.ts';

/** A bucket and a key in it. */
export interface ObjectAddress {
  readonly bucket: string;
  /** Not encoded; empty for the bucket itself. */
  readonly key: string;
}

const SCHEME = 'oss://';

/**
 * Parses `oss://bucket/key`. The key is everything after the first slash, exactly as written: there are no escapes, and `?` and
 * `#` belong to the key.
 *
 * @throws CliError for any other form
 */
export function parseObjectAddress(text: string): ObjectAddress {
  if (!text.startsWith(SCHEME)) {
    throw usageError(`"${text}" is not an object address`, 'write oss://BUCKET/KEY, the key without escapes');
  }
  const slash = text.indexOf('/', SCHEME.length);
  const bucket = text.slice(SCHEME.length, slash === -1 ? undefined : slash);
  if (bucket === '') throw usageError(`"${text}" lacks the bucket`, 'write oss://BUCKET/KEY');
  return { bucket, key: slash === -1 ? '' : text.slice(slash + 1) };
}

/** Whether the text is an object address rather than a link. */
export function isObjectAddress(text: string): boolean {
  return text.startsWith(SCHEME);
}

/** Formats an address for `parseObjectAddress`. */
export function formatObjectAddress({ bucket, key }: ObjectAddress): string {
  return `${SCHEME}${bucket}/${key}`;
}
