import { isLoopback } from '@ossgrant/credentials-core/internal';

/** Where STS is. */
export interface StsEndpointOptions {
  /**
   * Host of STS, when it is none of those that `region` and `network` name. https, except http to this machine.
   *
   * @default from `region` and `network`
   */
  readonly endpoint?: string;
  /**
   * Region of the STS endpoint, such as `cn-hangzhou`: nearer, and throttled on its own.
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
 * Finds the URL to post to. The region is not looked up in a list, which would grow old: its shape is checked.
 *
 * @throws TypeError for what is no host, no region, or not https
 */
export function stsEndpointUrl({ endpoint, region, network = 'public' }: StsEndpointOptions): string {
  if (endpoint !== undefined) {
    if (region !== undefined) throw new TypeError('give STS either endpoint or region, not both');
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
    throw new TypeError('the STS endpoint must use https: the answer is a secret');
  }
  return url.href;
}
