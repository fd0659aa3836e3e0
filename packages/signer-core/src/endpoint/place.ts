import { SigningError } from '../errors/signing-error.ts';
import { encodePath } from '../request/encode.ts';
import { assertBucket } from '../request/names.ts';
import { hasDotSegment, wireKey } from '../request/wire-path.ts';
import type { Endpoint } from './endpoint.ts';

/** What all requests to one bucket at one endpoint have in common. */
export interface Place {
  /** With the bucket in it, where it belongs there. */
  readonly origin: string;
  /** What comes before the key in the path as sent. */
  readonly pathPrefix: string;
  /** What comes before the key in the path as V4 signs it: the bucket is there whatever the addressing. */
  readonly canonicalPrefix: string;
}

/**
 * Places a bucket in host or path, by the endpoint's addressing.
 *
 * @throws SigningError `INVALID_BUCKET`, also when no host name can hold the bucket
 */
export function placeOf(endpoint: Endpoint, bucket: string | undefined): Place {
  if (bucket === undefined) return { origin: endpoint.origin, pathPrefix: '/', canonicalPrefix: '/' };
  assertBucket(bucket);
  const canonicalPrefix = `/${bucket}/`;
  if (endpoint.addressing === 'path') return { origin: endpoint.origin, pathPrefix: canonicalPrefix, canonicalPrefix };
  if (endpoint.addressing === 'cname') return { origin: endpoint.origin, pathPrefix: '/', canonicalPrefix };
  const origin = endpoint.origin.replace('://', `://${bucket}.`);
  // The one prefix that means something in a host name: URL parsers refuse what does not decode.
  if (bucket.startsWith('xn--') && !URL.canParse(origin)) {
    throw new SigningError('INVALID_BUCKET', `bucket "${bucket}" is no valid host name: HTTP clients refuse its URL`);
  }
  return { origin, pathPrefix: '/', canonicalPrefix };
}

/** A key's path, as sent and as V4 signs it. They differ only around dot segments. */
export function pathsOf(place: Place, key: string): { readonly path: string; readonly canonicalUri: string } {
  const encoded = encodePath(key);
  const sent = hasDotSegment(key) ? wireKey(key) : encoded;
  return { path: place.pathPrefix + sent, canonicalUri: place.canonicalPrefix + encoded };
}
