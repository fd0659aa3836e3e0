import { isLoopback } from '@ossgrant/credentials-core/internal';

/** Which STS to call. */
export interface StsEndpointOptions {
  /**
   * Host of STS, for a host that `region` and `network` cannot name. https, except http to this machine.
   *
   * @default from `region` and `network`
   */
  readonly endpoint?: string;
  /**
   * Region of the STS endpoint, such as `cn-hangzhou`: nearer, and with a throttle of its own.
   *
   * @default the global endpoint, which is in mainland China
   */
  readonly region?: string;
  /**
   * `vpc` stays inside a VPC and needs a region.
   *
   * @default 'public'
   */
  readonly network?: 'public' | 'vpc';
}

/**
 * Finds the URL to post to. Only the shape of a region is checked: a list of regions would grow old.
 *
 * @throws TypeError for an endpoint that is not a host, a malformed region, or a scheme other than https
 */
export function stsEndpointUrl({ endpoint, region, network = 'public' }: StsEndpointOptions): string {
  if (endpoint !== undefined) {
    if (region !== undefined) throw new TypeError('give either endpoint or region of STS, not both');
    return stsUrl(endpoint);
  }
  // Any other character could make it another host.
  if (region !== undefined && !/^[a-z0-9-]{1,64}$/.test(region)) {
    throw new TypeError('the STS region must look like "cn-hangzhou"');
  }
  if (network === 'vpc') {
    if (region === undefined) throw new TypeError('STS inside a VPC needs a region');
    return stsUrl(`sts-vpc.${region}.aliyuncs.com`);
  }
  return stsUrl(region === undefined ? 'sts.aliyuncs.com' : `sts.${region}.aliyuncs.com`);
}

/**
 * Normalises an STS endpoint: `sts.aliyuncs.com`, `https://sts-vpc.cn-hangzhou.aliyuncs.com/`.
 *
 * @throws TypeError for anything else
 */
function stsUrl(endpoint: string): string {
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(endpoint) ? endpoint : `https://${endpoint}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
    throw new TypeError('the STS endpoint must be a host name, such as "sts.cn-hangzhou.aliyuncs.com"');
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw new TypeError('the STS endpoint must use https: the response is a secret');
  }
  return url.href;
}
