import { SigningError } from '../errors/signing-error.ts';
import type { Endpoint, EndpointOptions } from './endpoint.ts';
import { isIpAddress, isLoopback, parseOrigin } from './parse-origin.ts';
import { regionFromHost } from './region-from-host.ts';

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
    throw invalid('give either endpoint or network: the endpoint already says which network it is on');
  }
  const url = parseOrigin(endpoint ?? hostOf(region, network ?? 'public'));
  const facts = regionFromHost(url.hostname);
  if (facts?.product === 'oss' && facts.region !== undefined && region !== undefined && facts.region !== region) {
    throw invalid(`endpoint is in region "${facts.region}" but region says "${region}"`);
  }
  if (options.addressing === 'virtual-host' && isIpAddress(url.hostname)) {
    throw invalid(`the bucket's name cannot stand before the IP address ${url.hostname}: use addressing "path"`);
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
  if (region === undefined) throw invalid('give a region such as "cn-hangzhou", or an endpoint');
  if (network === 'dual-stack') return `${region}.oss.aliyuncs.com`;
  return `oss-${region}${network === 'internal' ? '-internal' : ''}.aliyuncs.com`;
}

function addressingOf(url: URL, isOssHost: boolean): Endpoint['addressing'] {
  if (isIpAddress(url.hostname) || url.hostname === 'localhost') return 'path';
  if (isOssHost || isLoopback(url.hostname)) return 'virtual-host';
  if (url.hostname.endsWith('.aliyuncs.com')) {
    throw invalid(`"${url.hostname}" is none of OSS's endpoints: if it starts with the bucket's name, leave that out`);
  }
  throw invalid(
    `"${url.hostname}" is not one of OSS's own hosts: say addressing "cname" for a custom domain bound to one bucket, or "virtual-host" to put the bucket's name before it`,
  );
}

function assertRegion(region: string): void {
  if (region.startsWith('oss-')) throw invalid(`region "${region}" must be written without "oss-"`);
  if (!/^[a-z0-9-]{1,64}$/.test(region)) throw invalid('region must be lower-case letters, digits and hyphens');
}

function invalid(message: string): SigningError {
  return new SigningError('INVALID_ENDPOINT', message);
}
