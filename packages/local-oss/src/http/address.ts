import { Failure } from '../failure.ts';
import type { RawRequest } from './raw-request.ts';

/** What a request addresses: the service, a bucket or an object. */
export interface Address {
  readonly bucket?: string;
  readonly key?: string;
}

const BUCKET = /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/;
const ENDPOINT_LABEL = /^oss(-[a-z0-9-]+)?$/;

/**
 * Finds bucket and key in host and path.
 *
 * Virtual host for `bucket.oss-REGION.aliyuncs.com` and `bucket.NAME.localhost`; path style for IP addresses, `localhost`
 * and `oss*.localhost`. The path is decoded before it is split: the C SDK writes even the slash after the bucket `%2F`.
 *
 * @throws Failure for names that OSS refuses
 */
export function findAddress(request: RawRequest): Address {
  const { path } = request;
  if (path === undefined) throw invalidObjectName('0016-00000002');
  const rest = path.replace(/^\//, '');
  const fromHost = bucketInHost(request.hostname);
  if (fromHost !== undefined) return checked(fromHost, rest);
  if (rest === '') return {};
  const slash = rest.indexOf('/');
  return slash === -1 ? checked(rest, '') : checked(rest.slice(0, slash), rest.slice(slash + 1));
}

function bucketInHost(hostname: string): string | undefined {
  const labels = hostname.split('.');
  const [first = '', second = ''] = labels;
  if (hostname.endsWith('.localhost')) {
    return ENDPOINT_LABEL.test(first) && labels.length === 2 ? undefined : first;
  }
  if (hostname.endsWith('.aliyuncs.com')) return ENDPOINT_LABEL.test(second) ? first : undefined;
  return undefined;
}

function checked(bucket: string, key: string): Address {
  if (!BUCKET.test(bucket)) {
    throw new Failure({
      status: 400,
      code: 'InvalidBucketName',
      message: 'The specified bucket is not valid.',
      ec: '0015-00000001',
      details: { BucketName: bucket },
    });
  }
  if (key === '') return { bucket };
  if (Buffer.byteLength(key) > 1023) throw invalidObjectName('0016-00000002');
  if (key.startsWith('/') || key.startsWith('\\')) throw invalidObjectName('0016-00000005');
  return { bucket, key };
}

function invalidObjectName(ec: string): Failure {
  return new Failure({ status: 400, code: 'InvalidObjectName', message: 'The specified object is not valid.', ec });
}
