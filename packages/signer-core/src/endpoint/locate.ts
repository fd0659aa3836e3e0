import { SigningError } from '../errors/signing-error.ts';
import { encodePath } from '../request/encode.ts';
import { hasDotSegment, wireKey } from '../request/wire-path.ts';
import type { Endpoint } from './endpoint.ts';

/** Where a request goes: an origin with the bucket in it where it belongs, and a path as sent. */
export interface Location {
  readonly origin: string;
  readonly path: string;
  /** Bucket and key as V4 signs them, whatever the addressing. */
  readonly canonicalUri: string;
}

/**
 * Places bucket and key in host and path, by the endpoint's addressing.
 *
 * @throws SigningError `INVALID_BUCKET` when no host name can hold the bucket
 */
export function locate(endpoint: Endpoint, bucket: string | undefined, key: string | undefined): Location {
  if (bucket === undefined) return { origin: endpoint.origin, path: '/', canonicalUri: '/' };
  // Encoded once for both texts: they differ only around dot segments.
  const encodedKey = key === undefined ? '' : encodePath(key);
  const keyPath = key !== undefined && hasDotSegment(key) ? wireKey(key) : encodedKey;
  const canonicalUri = `/${bucket}/${encodedKey}`;
  if (endpoint.addressing === 'path') return { origin: endpoint.origin, path: `/${bucket}/${keyPath}`, canonicalUri };
  if (endpoint.addressing === 'cname') return { origin: endpoint.origin, path: `/${keyPath}`, canonicalUri };
  const origin = endpoint.origin.replace('://', `://${bucket}.`);
  // The one prefix that means something in a host name: URL parsers refuse what does not decode.
  if (bucket.startsWith('xn--') && !URL.canParse(origin)) {
    throw new SigningError('INVALID_BUCKET', `bucket "${bucket}" is no valid host name: HTTP clients refuse its URL`);
  }
  return { origin, path: `/${keyPath}`, canonicalUri };
}
