import { usageError } from '../failure/cli-error.ts';

/** A bucket and what is in it. */
export interface ObjectAddress {
  readonly bucket: string;
  /** As it is, not encoded; empty for the bucket itself. */
  readonly key: string;
}

const SCHEME = 'oss://';

/**
 * Reads `oss://bucket/key`. The key is everything after the first slash, exactly as written: no escapes, `?` and `#` included.
 *
 * @throws CliError when it has another form
 */
export function parseObjectAddress(text: string): ObjectAddress {
  if (!text.startsWith(SCHEME)) {
    throw usageError(`"${text}" is no object`, 'write oss://BUCKET/KEY, the key as it is, without escapes');
  }
  const slash = text.indexOf('/', SCHEME.length);
  const bucket = text.slice(SCHEME.length, slash === -1 ? undefined : slash);
  if (bucket === '') throw usageError(`"${text}" names no bucket`, 'write oss://BUCKET/KEY');
  return { bucket, key: slash === -1 ? '' : text.slice(slash + 1) };
}

/** Whether the text is meant as an object rather than a link. */
export function isObjectAddress(text: string): boolean {
  return text.startsWith(SCHEME);
}

/** Writes an address as `parseObjectAddress` reads it. */
export function formatObjectAddress({ bucket, key }: ObjectAddress): string {
  return `${SCHEME}${bucket}/${key}`;
}
