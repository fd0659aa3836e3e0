import { isLoopback, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { SigningError } from './errors/signing-error.ts';
import { hostOfRegion, isKnownRegion, type OssHost, parseUrl, readOssHost, regionOfPlace } from './hosts.ts';
import { assertBucket, encodePath, hasDotSegment, wireKey } from './text/wire-text.ts';

/** Where OSS is, as a user says it. */
export interface EndpointOptions {
  /** Region id without `oss-`, such as `cn-hangzhou`. V4 needs it, unless the endpoint's host names it. */
  readonly region?: string;
  /** Host, optional port, optional scheme: `oss-cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:9000`. https unless it says `http://`. */
  readonly endpoint?: string;
  /**
   * Which of the region's own hosts to use. Cannot be combined with `endpoint`.
   *
   * @default 'public'
   */
  readonly network?: 'public' | 'internal' | 'accelerate' | 'accelerate-overseas' | 'dual-stack';
  /**
   * How the bucket is addressed. The default is `path` for IP addresses and `localhost`, and `virtual-host` for OSS's own hosts
   * and `*.localhost`; any other host needs it.
   */
  readonly addressing?: 'virtual-host' | 'path' | 'cname';
}

/** A resolved endpoint. */
export interface Endpoint {
  /** Scheme, host and port, without the bucket: `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly origin: string;
  /**
   * Where a request names the bucket: before the host, as the first part of the path, or not at all, since a custom domain belongs to
   * one bucket.
   */
  readonly addressing: 'virtual-host' | 'path' | 'cname';
  /** Absent when the host does not name it: then only V1 can be signed. */
  readonly region?: string;
  /** The product in V4's credential scope. */
  readonly product: 'oss' | 'oss-cloudbox';
}

const checkOptions = optionsCheck<EndpointOptions>('resolveEndpoint', {
  region: optional(takes.text),
  endpoint: optional(takes.text),
  network: optional(takes.oneOf('public', 'internal', 'accelerate', 'accelerate-overseas', 'dual-stack')),
  addressing: optional(takes.oneOf('virtual-host', 'path', 'cname')),
});

/**
 * Finds host, addressing and region.
 *
 * A region that is not given is read from OSS's own host names only. Options that contradict each other are refused: OSS would
 * refuse the signature later, with a message that does not say why.
 *
 * @example
 * resolveEndpoint({ region: 'cn-hangzhou' }).origin; // 'https://oss-cn-hangzhou.aliyuncs.com'
 *
 * @throws SigningError `INVALID_ENDPOINT`
 * @throws TypeError when an option is mistyped or unknown, or the runtime has no complete URL
 */
export function resolveEndpoint(options: EndpointOptions): Endpoint {
  checkOptions(options);
  const { region, endpoint, network, addressing } = options;
  if (endpoint !== undefined && network !== undefined) {
    throw invalid('give either endpoint or network, not both: the endpoint already belongs to a network');
  }
  const url = parseOrigin(endpoint ?? hostOf(region, network ?? 'public'));
  const host = readOssHost(url.hostname);
  if (region !== undefined) assertRegion(region, host);
  if (addressing !== undefined) assertAddressing(addressing, url, host);
  // A cloud box signs with its own id, whatever region it stands in.
  const signingRegion = host?.kind === 'cloud-box' ? host.region : (region ?? host?.region);
  return {
    origin: url.origin,
    addressing: addressing ?? addressingOf(url, host),
    ...(signingRegion === undefined ? {} : { region: signingRegion }),
    product: host?.kind === 'cloud-box' ? 'oss-cloudbox' : 'oss',
  };
}

function parseOrigin(endpoint: string): URL {
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`);
  // The text is in no message: it may hold a password.
  if (url === undefined) throw invalid('endpoint must be a host name or an http(s) URL');
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('endpoint must use https or http');
  if (url.username !== '' || url.password !== '') throw invalid('endpoint must not contain a user or password');
  if ((url.pathname !== '/' && url.pathname !== '') || url.search !== '' || url.hash !== '') {
    throw invalid('endpoint must be a host only: give bucket, key and parameters separately');
  }
  return url;
}

function hostOf(region: string | undefined, network: NonNullable<EndpointOptions['network']>): string {
  if (network === 'accelerate' || network === 'accelerate-overseas') return `oss-${network}.aliyuncs.com`;
  if (region === undefined) throw invalid('give a region such as "cn-hangzhou", or an endpoint');
  assertRegionText(region);
  return hostOfRegion(region, network);
}

function assertRegion(region: string, host: OssHost | undefined): void {
  assertRegionText(region);
  if (host === undefined) return;
  if (!region.includes('-')) {
    const meant = regionOfPlace(region);
    const advice = meant === undefined ? 'write it like "cn-hangzhou"' : `did you mean "${meant}"?`;
    throw invalid(`region "${region}" is not a region id: ${advice}`);
  }
  // The caller's word counts where the host's region is only read from the pattern of its name.
  if (host.kind === 'cloud-box' || host.region === undefined || host.region === region) return;
  if (isKnownRegion(host.region)) {
    throw invalid(
      `endpoint is in region "${host.region}", but region is "${region}": correct one, or leave out region`,
    );
  }
}

function assertRegionText(region: string): void {
  if (region.startsWith('oss-')) throw invalid(`region "${region}" must be written without "oss-"`);
  if (!/^[a-z0-9-]{1,64}$/.test(region)) {
    throw invalid('region must be 1 to 64 lower-case letters, digits and hyphens, such as "cn-hangzhou"');
  }
  if (region.endsWith('-internal')) {
    const plain = region.slice(0, -'-internal'.length);
    throw invalid(`region "${region}" names a network: give region "${plain}" and network "internal"`);
  }
}

function assertAddressing(addressing: Endpoint['addressing'], { hostname }: URL, host: OssHost | undefined): void {
  if (addressing === 'virtual-host') {
    if (isIpAddress(hostname)) {
      throw invalid(`the bucket's name cannot stand before the IP address ${hostname}: use addressing "path"`);
    }
    if (host?.bucket !== undefined) throw startsWithBucket(hostname, host.bucket);
  } else if (host !== undefined && host.kind !== 'cloud-box' && host.bucket === undefined) {
    throw invalid(
      addressing === 'path'
        ? `"${hostname}" takes the bucket in the host name only: leave out addressing "path"`
        : `"${hostname}" belongs to no bucket: leave out addressing "cname", which is for a custom domain bound to one bucket`,
    );
  }
}

function addressingOf({ hostname }: URL, host: OssHost | undefined): Endpoint['addressing'] {
  if (isIpAddress(hostname) || hostname === 'localhost') return 'path';
  if (host?.bucket !== undefined) throw startsWithBucket(hostname, host.bucket);
  if (host !== undefined || isLoopback(hostname)) return 'virtual-host';
  if (hostname.endsWith('.aliyuncs.com')) {
    throw invalid(`"${hostname}" is not an endpoint of OSS: for a private endpoint, set addressing to "path"`);
  }
  throw invalid(
    `"${hostname}" is not one of OSS's own hosts: set addressing to "cname" for a custom domain bound to one bucket, or to "virtual-host" to put the bucket's name before it`,
  );
}

function startsWithBucket(hostname: string, bucket: string): SigningError {
  return invalid(`"${hostname}" starts with the bucket's name: give endpoint "${hostname.slice(bucket.length + 1)}"`);
}

function isIpAddress(hostname: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|\[.*\])$/.test(hostname);
}

function invalid(message: string): SigningError {
  return new SigningError('INVALID_ENDPOINT', message);
}

/** What all requests to one bucket at one endpoint have in common. */
export interface BucketAddress {
  /** Includes the bucket where the host names it. */
  readonly origin: string;
  /** The path before the key, as sent. */
  readonly pathPrefix: string;
  /** The path before the key as V4 signs it: with the bucket, whatever the addressing. */
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
