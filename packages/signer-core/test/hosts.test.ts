import { afterEach, describe, expect, it, vi } from 'vitest';
import { resolveEndpoint } from '../src/endpoint.ts';
import { hostOfRegion, isKnownRegion, readOssHost, regionOfPlace } from '../src/hosts.ts';

const FINANCE: Readonly<Record<string, readonly string[]>> = {
  'cn-hangzhou-finance': [
    'oss-cn-hzjbp-a-internal',
    'oss-cn-hzjbp-b-internal',
    'oss-cn-hzfinance',
    'oss-cn-hzfinance-internal',
    'cn-hangzhou-finance.oss',
  ],
  'cn-shanghai-finance-1': [
    'oss-cn-shanghai-finance-1',
    'oss-cn-shanghai-finance-1-internal',
    'oss-cn-shanghai-finance-1-pub',
    'oss-cn-shanghai-finance-1-pub-internal',
    'cn-shanghai-finance.oss',
  ],
  'cn-shenzhen-finance-1': [
    'oss-cn-shenzhen-finance-1-internal',
    'oss-cn-szfinance',
    'oss-cn-szfinance-internal',
    'cn-shenzhen-finance.oss',
  ],
  'cn-beijing-finance-1': [
    'oss-cn-beijing-finance-1',
    'oss-cn-beijing-finance-1-internal',
    'oss-cn-beijing-finance-1-pub',
    'oss-cn-beijing-finance-1-pub-internal',
  ],
};

describe('a host of OSS', () => {
  it.each(Object.entries(FINANCE).flatMap(([region, hosts]) => hosts.map((host) => [host, region] as const)))(
    'of the finance cloud, %s, is in region %s',
    (host, region) => {
      expect(readOssHost(`${host}.aliyuncs.com`)?.region).toBe(region);
      expect(readOssHost(`my-bucket.${host}.aliyuncs.com`)).toMatchObject({ region, bucket: 'my-bucket' });
      expect(isKnownRegion(region)).toBe(true);
    },
  );

  it.each([
    ['oss-cn-beijing', { kind: 'public', region: 'cn-beijing' }],
    ['oss-cn-beijing-internal', { kind: 'internal', region: 'cn-beijing' }],
    ['cn-beijing.oss', { kind: 'dual-stack', region: 'cn-beijing' }],
    ['oss', { kind: 'public', region: 'cn-hangzhou' }],
    ['my-bucket.oss', { kind: 'public', region: 'cn-hangzhou', bucket: 'my-bucket' }],
    ['vpc100-oss-cn-beijing', { kind: 'internal', region: 'cn-beijing' }],
    ['oss-accelerate', { kind: 'accelerate' }],
    ['my-bucket.oss-accelerate-overseas', { kind: 'accelerate', bucket: 'my-bucket' }],
    ['cb-1.cn-beijing.oss-cloudbox', { kind: 'cloud-box', region: 'cb-1' }],
    ['b-1.cb-1.cn-beijing.oss-cloudbox', { kind: 'cloud-box', region: 'cb-1', bucket: 'b-1' }],
  ])('%s is read as %j', (name, expected) => {
    expect(readOssHost(`${name}.aliyuncs.com`)).toEqual(expected);
  });

  it.each([
    'oss-cn-beijing.aliyuncs.com.evil.example',
    'oss-cn-beijing.example.com',
    'ecs.cn-beijing.aliyuncs.com',
    'a.b.oss-cn-beijing.aliyuncs.com',
    'oss-accelerate-elsewhere.aliyuncs.com',
    `${'a'.repeat(80_000)}.aliyuncs.com`,
  ])('%.60s is none', (hostname) => {
    expect(readOssHost(hostname)).toBeUndefined();
  });

  it.each(['public', 'internal', 'dual-stack'] as const)('made from a region for %s is read back', (network) => {
    for (const region of ['cn-beijing', 'us-west-1', 'ap-new-9', ...Object.keys(FINANCE)]) {
      expect(readOssHost(hostOfRegion(region, network))).toEqual({ kind: network, region });
    }
  });

  it('of the finance cloud is made as the vendor lists it', () => {
    for (const [region, hosts] of Object.entries(FINANCE)) {
      expect(hosts).toContain(hostOfRegion(region, 'public').replace('.aliyuncs.com', ''));
      expect(hosts).toContain(hostOfRegion(region, 'internal').replace('.aliyuncs.com', ''));
    }
  });
});

it('a place is distinguished from a region', () => {
  expect(regionOfPlace('beijing')).toBe('cn-beijing');
  expect(regionOfPlace('nowhere')).toBeUndefined();
  expect(isKnownRegion('beijing')).toBe(false);
});

afterEach(() => {
  vi.unstubAllGlobals();
});

const resolve = (): unknown => resolveEndpoint({ region: 'cn-hangzhou' });

describe('a runtime without a part that signing needs', () => {
  it('gets an error that names the missing part, instead of one about the endpoint', () => {
    vi.stubGlobal('URL', undefined);
    expect(resolve).toThrow(
      new TypeError('this runtime has no URL, which signing needs: load a polyfill before @ossgrant/signer-core'),
    );
  });

  it('gets one error that names all missing parts', () => {
    vi.stubGlobal('URL', undefined);
    vi.stubGlobal('TextEncoder', undefined);
    expect(resolve).toThrow(/has no URL, TextEncoder, which/);
  });

  it('gets an error that names the parts that its URL lacks or refuses to give', () => {
    class PartialUrl {
      readonly href: string;
      constructor(text: string) {
        this.href = text;
      }
      get host(): string {
        throw new Error('URL.host is not implemented');
      }
    }
    vi.stubGlobal('URL', PartialUrl);
    expect(resolve).toThrow(/the URL of this runtime has no protocol, username, password, host, hostname,/);
  });

  it('can still load the package', async () => {
    for (const name of ['TextEncoder', 'btoa']) vi.stubGlobal(name, undefined);
    vi.resetModules();
    expect(await import('../src/index.ts')).toHaveProperty('signUrlV4');
  });
});
