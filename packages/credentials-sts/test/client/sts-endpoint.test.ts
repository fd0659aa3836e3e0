import { describe, expect, it } from 'vitest';
import { stsEndpointUrl, type StsEndpointOptions } from '../../src/client/sts-endpoint.ts';

describe('the STS endpoint', () => {
  it.each<[StsEndpointOptions, string]>([
    [{}, 'https://sts.aliyuncs.com/'],
    [{ region: 'cn-hangzhou' }, 'https://sts.cn-hangzhou.aliyuncs.com/'],
    [{ region: 'ap-southeast-1', network: 'vpc' }, 'https://sts-vpc.ap-southeast-1.aliyuncs.com/'],
    [{ endpoint: 'sts.eu-central-1.aliyuncs.com' }, 'https://sts.eu-central-1.aliyuncs.com/'],
    [{ endpoint: 'https://sts.aliyuncs.com/' }, 'https://sts.aliyuncs.com/'],
    [{ endpoint: 'http://127.0.0.1:9000' }, 'http://127.0.0.1:9000/'],
  ])('of %j is %s', (options, url) => {
    expect(stsEndpointUrl(options)).toBe(url);
  });

  it.each<[StsEndpointOptions, string]>([
    [{ network: 'vpc' }, 'needs a region'],
    [{ region: 'evil.example/' }, 'region'],
    [{ region: 'CN' }, 'region'],
    [{ region: '' }, 'region'],
    [{ region: 'cn-hangzhou', endpoint: 'sts.aliyuncs.com' }, 'not both'],
    [{ endpoint: 'http://sts.aliyuncs.com' }, 'https'],
    [{ endpoint: 'user@sts.aliyuncs.com' }, 'host name'],
  ])('refuses %j', (options, message) => {
    expect(() => stsEndpointUrl(options)).toThrow(message);
  });
});
