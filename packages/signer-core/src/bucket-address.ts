import type { Endpoint } from './endpoint.ts';
import { SigningError } from './errors/signing-error.ts';
import { readOssHost } from './oss-hosts.ts';
import { parseUrl } from './runtime.ts';
import { encodePath, hasDotSegment, wireKey } from './text/encoding.ts';
import { assertBucket } from './text/signable.ts';

/** What all requests to one bucket at one endpoint have in common. */
export interface BucketAddress {
  /** Includes the bucket where the host names it. */
  readonly origin: string;
  /** What precedes the key in the path as sent. */
  readonly pathPrefix: string;
  /** What precedes the key in the path as V4 signs it: the bucket is there whatever the addressing. */
  readonly canonicalPrefix: string;
}

/**
 * Puts a bucket into host or path, by the endpoint's addressing.
 *
 * @throws SigningError `INVALID_BUCKET`, also when no host name can hold the bucket or the host names another one
 */
export function addressOf(endpoint: Endpoint, bucket: string | undefined): BucketAddress {
  if (bucket === undefined) return { origin: endpoint.origin, pathPrefix: '/', canonicalPrefix: '/' };
  assertBucket(bucket);
  const canonicalPrefix = `/${bucket}/`;
  if (endpoint.addressing === 'path') return { origin: endpoint.origin, pathPrefix: canonicalPrefix, canonicalPrefix };
  if (endpoint.addressing === 'cname') {
    assertOwnHost(endpoint.origin, bucket);
    return { origin: endpoint.origin, pathPrefix: '/', canonicalPrefix };
  }
  const origin = endpoint.origin.replace('://', `://${bucket}.`);
  // The one prefix that means something in a host name: URL parsers refuse a name that does not decode.
  if (bucket.startsWith('xn--') && parseUrl(origin) === undefined) {
    throw new SigningError(
      'INVALID_BUCKET',
      `bucket "${bucket}" is not a valid host name: HTTP clients refuse its URL`,
    );
  }
  return { origin, pathPrefix: '/', canonicalPrefix };
}

/** A key's path, as sent and as V4 signs it. They differ only around dot segments. */
export function pathsOf(address: BucketAddress, key: string): { readonly path: string; readonly canonicalUri: string } {
  const encoded = encodePath(key);
  const sent = hasDotSegment(key) ? wireKey(key) : encoded;
  return { path: address.pathPrefix + sent, canonicalUri: address.canonicalPrefix + encoded };
}

// A host of OSS may be given as if it were a custom domain: it is bound to the bucket that it names.
function assertOwnHost(origin: string, bucket: string): void {
  const named = origin.endsWith('.aliyuncs.com') ? readOssHost(parseUrl(origin)?.hostname ?? '')?.bucket : undefined;
  if (named === undefined || named === bucket) return;
  throw new SigningError('INVALID_BUCKET', `the endpoint's host names bucket "${named}", but bucket is "${bucket}"`);
}
