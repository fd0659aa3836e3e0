import { isIP } from 'node:net';
import { type OssHost, readOssHost } from '@ossgrant/signer-core/steps';
import { EC } from './ec.ts';
import { accessDenied, Refusal } from './refusal.ts';
import type { RawRequest } from './raw-request.ts';

/** The service, a bucket or an object that a request addresses. */
export interface Address {
  readonly bucket?: string;
  readonly key?: string;
  /** Whether the host is a domain of the bucket's own, where OSS forces no download. */
  readonly cname: boolean;
}

/** How host names are read. */
export interface AddressOptions {
  readonly region: string;
  /** Custom domains: host name -> bucket. */
  readonly cnames: ReadonlyMap<string, string>;
  /** Further names of the server, for path style. */
  readonly hosts: ReadonlySet<string>;
}

const BUCKET = /^[a-z0-9][a-z0-9_-]{1,61}[a-z0-9]$/;
const ENDPOINT_LABEL = /^(oss(-[a-z0-9-]+)?|sts)$/;

/**
 * Finds bucket and key in host and path.
 *
 * Virtual host for `bucket.oss-REGION.aliyuncs.com`, `bucket.NAME.localhost` and custom domains; path style for IP
 * addresses, `localhost`, `oss*.localhost`, `sts.localhost` and the server's further names. The path is decoded before
 * it is split: the C SDK writes even the slash after the bucket `%2F`.
 *
 * @throws Refusal for a bucket name or key that is not valid
 */
export function findAddress(request: RawRequest, options: AddressOptions): Address {
  const { path, hostname } = request;
  if (path === undefined) throw invalidObjectName(EC.keyNotUtf8);
  const rest = path.replace(/^\//, '');
  const ownDomain = options.cnames.get(hostname);
  if (ownDomain !== undefined) return checked(ownDomain, rest, true);
  const real = readOssHost(hostname);
  const fromHost = real === undefined ? bucketInLocalHost(hostname) : bucketInRealHost(real, rest, options.region);
  if (fromHost !== undefined) return checked(fromHost, rest, false);
  if (real === undefined) assertServerName(hostname, options.hosts);
  if (rest === '') return { cname: false };
  const slash = rest.indexOf('/');
  return slash === -1 ? checked(rest, '', false) : checked(rest.slice(0, slash), rest.slice(slash + 1), false);
}

// A page whose domain resolves to this machine (DNS rebinding) must not reach a server that listens for its developer alone.
function assertServerName(hostname: string, hosts: ReadonlySet<string>): void {
  // Old clients send no Host; browsers always do.
  if (hostname === '' || hosts.has(hostname)) return;
  if (isIP(hostname.replace(/^\[(.*)\]$/, '$1')) !== 0 || /^(.+\.)?(localhost|aliyuncs\.com)$/.test(hostname)) return;
  throw accessDenied(`local-oss does not serve the host name ${hostname}: add it to the option hosts or cnames.`);
}

/** @throws Refusal 400 InvalidBucketName */
export function assertBucketName(bucket: string): void {
  if (!BUCKET.test(bucket)) throw invalidBucketName(bucket);
}

/** 400 InvalidBucketName. */
export function invalidBucketName(bucket: string): Refusal {
  return new Refusal({
    status: 400,
    code: 'InvalidBucketName',
    message: 'The specified bucket is not valid.',
    ec: EC.bucketNameInvalid,
    details: { BucketName: bucket },
  });
}

/** @throws Refusal 400 InvalidObjectName */
export function assertKey(key: string): void {
  if (key === '') throw invalidObjectName(EC.keyEmpty);
  if (Buffer.byteLength(key) > 1023) throw invalidObjectName(EC.keyLong);
  if (key.startsWith('/') || key.startsWith('\\')) throw invalidObjectName(EC.keySlash);
}

function bucketInLocalHost(hostname: string): string | undefined {
  if (!hostname.endsWith('.localhost')) return undefined;
  const [first = '', ...others] = hostname.split('.');
  return ENDPOINT_LABEL.test(first) && others.length === 1 ? undefined : first;
}

// The real names arrive here when a client dials an IP address but keeps the cloud's Host.
function bucketInRealHost({ kind, bucket, region: named }: OssHost, rest: string, region: string): string | undefined {
  if (bucket === undefined && rest !== '') {
    throw new Refusal({
      status: 403,
      code: 'SecondLevelDomainForbidden',
      message: 'The bucket you are attempting to access must be addressed using OSS third level domain.',
    });
  }
  // A cloud box has its own id in place of a region.
  if (bucket !== undefined && named !== undefined && named !== region && kind !== 'cloud-box') {
    const message = 'The bucket you are attempting to access must be addressed using the specified endpoint.';
    throw accessDenied(message, EC.otherEndpoint, { Bucket: bucket, Endpoint: `oss-${region}.aliyuncs.com` });
  }
  return bucket;
}

function checked(bucket: string, key: string, cname: boolean): Address {
  assertBucketName(bucket);
  if (key === '') return { bucket, cname };
  assertKey(key);
  return { bucket, key, cname };
}

function invalidObjectName(ec: string): Refusal {
  return new Refusal({ status: 400, code: 'InvalidObjectName', message: 'The specified object is not valid.', ec });
}
