import { isLoopback } from '@ossgrant/signer-core';

/**
 * Normalises an STS endpoint: `sts.aliyuncs.com`, `https://sts-vpc.cn-hangzhou.aliyuncs.com/`. https, except http to this machine.
 *
 * @returns the URL to post to
 * @throws TypeError for anything else
 */
export function stsUrl(endpoint: string): string {
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
