import { isLoopback } from '@ossgrant/credentials-core/internal';
import { SigningError } from './errors/signing-error.ts';
import { encodePath, hasDotSegment, wireKey } from './text/encoding.ts';
import { assertBucket } from './text/signable.ts';

/** Where OSS is, as a user says it. */
export interface EndpointOptions {
  /** Region id without `oss-`, such as `cn-hangzhou`. Needed for V4 unless the endpoint's host tells it. */
  readonly region?: string;
  /** Host, optional port, optional scheme: `oss-cn-hangzhou.aliyuncs.com`, `http://127.0.0.1:9000`. https unless it says `http://`. */
  readonly endpoint?: string;
  /**
   * Which of the region's own hosts to use. Not together with `endpoint`.
   *
   * @default 'public'
   */
  readonly network?: 'public' | 'internal' | 'accelerate' | 'accelerate-overseas' | 'dual-stack';
  /**
   * How the bucket is addressed. By default `path` for IP addresses and `localhost`, `virtual-host` for
   * `*.aliyuncs.com` and `*.localhost`; another host must say it.
   */
  readonly addressing?: 'virtual-host' | 'path' | 'cname';
}

/** A resolved endpoint. */
export interface Endpoint {
  /** Scheme, host and port, without the bucket: `https://oss-cn-hangzhou.aliyuncs.com`. */
  readonly origin: string;
  readonly addressing: 'virtual-host' | 'path' | 'cname';
  /** Absent when the host does not tell it: then only V1 can be signed. */
  readonly region?: string;
  /** The product in V4's credential scope. */
  readonly product: 'oss' | 'oss-cloudbox';
}

/**
 * Reads an endpoint as a user writes it: scheme optional, no path, no user.
 *
 * @throws SigningError `INVALID_ENDPOINT`
 */
export function parseOrigin(endpoint: string): URL {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw invalid('is not a host name or an http(s) URL');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw invalid('must use https or http');
  if (url.username !== '' || url.password !== '') throw invalid('must not contain a user or password');
  if ((url.pathname !== '/' && url.pathname !== '') || url.search !== '' || url.hash !== '') {
    throw invalid('must be a host only: bucket, key and parameters are given apart');
  }
  return url;
}

export function isIpAddress(hostname: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|\[.*\])$/.test(hostname);
}

function invalid(problem: string): SigningError {
  return new SigningError('INVALID_ENDPOINT', `endpoint ${problem}`);
}

/** What an Alibaba Cloud host name tells. */
export interface HostFacts {
  readonly region?: string;
  readonly product: 'oss' | 'oss-cloudbox';
}

/**
 * Reads the region from one of OSS's own host names, where the name leaves no doubt.
 *
 * @returns `undefined` when the host is none of OSS's own endpoints; facts without a region for the accelerate hosts,
 *   which serve every region
 */
export function regionFromHost(hostname: string): HostFacts | undefined {
  if (!hostname.endsWith('.aliyuncs.com')) return undefined;
  const name = hostname.slice(0, -'.aliyuncs.com'.length);
  // Legacy names of the first region.
  if (name === 'oss' || name === 'oss-internal') return { region: 'cn-hangzhou', product: 'oss' };
  if (/^oss-accelerate(-overseas)?$/.test(name)) return { product: 'oss' };
  const region =
    /^oss-(?!accelerate)([a-z0-9-]+?)(-internal)?$/.exec(name)?.[1] ??
    /^vpc100-oss-([a-z0-9-]+)$/.exec(name)?.[1] ??
    /^([a-z0-9-]+)\.oss(-internal)?$/.exec(name)?.[1];
  if (region !== undefined) return { region, product: 'oss' };
  // A cloud box signs with its own id in the region's place.
  const box = /^(cb-[a-z0-9]+)\.[a-z0-9-]+\.oss-cloudbox(-control)?$/.exec(name)?.[1];
  return box === undefined ? undefined : { region: box, product: 'oss-cloudbox' };
}

/**
 * Finds host, addressing and region.
 *
 * A region that is not given is read from OSS's own host names only; `region` and `endpoint` that contradict each other
 * are refused, as OSS would refuse the signature later with a message that does not say why.
 *
 * @example
 * resolveEndpoint({ region: 'cn-hangzhou' }).origin; // 'https://oss-cn-hangzhou.aliyuncs.com'
 *
 * @throws SigningError `INVALID_ENDPOINT`
 */
export function resolveEndpoint(options: EndpointOptions): Endpoint {
  const { region, endpoint, network } = options;
  if (region !== undefined) assertRegion(region);
  if (endpoint !== undefined && network !== undefined) {
    throw invalidResolveEndpoint('give either endpoint or network: the endpoint already says which network it is on');
  }
  const url = parseOrigin(endpoint ?? hostOf(region, network ?? 'public'));
  const facts = regionFromHost(url.hostname);
  if (facts?.product === 'oss' && facts.region !== undefined && region !== undefined && facts.region !== region) {
    throw invalidResolveEndpoint(`endpoint is in region "${facts.region}" but region says "${region}"`);
  }
  if (options.addressing === 'virtual-host' && isIpAddress(url.hostname)) {
    throw invalidResolveEndpoint(
      `the bucket's name cannot stand before the IP address ${url.hostname}: use addressing "path"`,
    );
  }
  // A cloud box is signed by its own id, whatever region it stands in.
  const signingRegion = facts?.product === 'oss-cloudbox' ? facts.region : (region ?? facts?.region);
  return {
    origin: url.origin,
    addressing: options.addressing ?? addressingOf(url, facts !== undefined),
    ...(signingRegion === undefined ? {} : { region: signingRegion }),
    product: facts?.product ?? 'oss',
  };
}

function hostOf(region: string | undefined, network: NonNullable<EndpointOptions['network']>): string {
  if (network === 'accelerate') return 'oss-accelerate.aliyuncs.com';
  if (network === 'accelerate-overseas') return 'oss-accelerate-overseas.aliyuncs.com';
  if (region === undefined) throw invalidResolveEndpoint('give a region such as "cn-hangzhou", or an endpoint');
  if (network === 'dual-stack') return `${region}.oss.aliyuncs.com`;
  return `oss-${region}${network === 'internal' ? '-internal' : ''}.aliyuncs.com`;
}

function addressingOf(url: URL, isOssHost: boolean): Endpoint['addressing'] {
  if (isIpAddress(url.hostname) || url.hostname === 'localhost') return 'path';
  if (isOssHost || isLoopback(url.hostname)) return 'virtual-host';
  if (url.hostname.endsWith('.aliyuncs.com')) {
    throw invalidResolveEndpoint(
      `"${url.hostname}" is none of OSS's endpoints: if it starts with the bucket's name, leave that out`,
    );
  }
  throw invalidResolveEndpoint(
    `"${url.hostname}" is not one of OSS's own hosts: say addressing "cname" for a custom domain bound to one bucket, or "virtual-host" to put the bucket's name before it`,
  );
}

function assertRegion(region: string): void {
  if (region.startsWith('oss-')) throw invalidResolveEndpoint(`region "${region}" must be written without "oss-"`);
  if (!/^[a-z0-9-]{1,64}$/.test(region))
    throw invalidResolveEndpoint('region must be lower-case letters, digits and hyphens');
}

function invalidResolveEndpoint(message: string): SigningError {
  return new SigningError('INVALID_ENDPOINT', message);
}

/** What all requests to one bucket at one endpoint have in common. */
export interface BucketAddress {
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
export function addressOf(endpoint: Endpoint, bucket: string | undefined): BucketAddress {
  if (bucket === undefined) return { origin: endpoint.origin, pathPrefix: '/', canonicalPrefix: '/' };
  assertBucket(bucket);
  const canonicalPrefix = `/${bucket}/`;
  if (endpoint.addressing === 'path') return { origin: endpoint.origin, pathPrefix: canonicalPrefix, canonicalPrefix };
  if (endpoint.addressing === 'cname') return { origin: endpoint.origin, pathPrefix: '/', canonicalPrefix };
  const origin = endpoint.origin.replace('://', `://${bucket}.`);
  // The one prefix that means something in a host name: URL parsers refuse what does not decode.
  if (bucket.startsWith('xn--') && !URL.canParse(origin)) {
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
