import { describe, expect, it } from 'vitest';
import { type EndpointOptions, resolveEndpoint } from '../src/endpoint.ts';
import { signUrlV4 } from '../src/sign/sign-v4.ts';
import { AT, OWNER } from './four-signers.ts';

const refusal = (message: RegExp): unknown =>
  expect.objectContaining({ name: 'SigningError', code: 'INVALID_ENDPOINT', message: expect.stringMatching(message) });

describe('an endpoint made from a region', () => {
  it.each<[EndpointOptions, string]>([
    [{ region: 'cn-hangzhou' }, 'https://oss-cn-hangzhou.aliyuncs.com'],
    [{ region: 'us-west-1', network: 'public' }, 'https://oss-us-west-1.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'internal' }, 'https://oss-cn-hangzhou-internal.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'dual-stack' }, 'https://cn-hangzhou.oss.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'accelerate' }, 'https://oss-accelerate.aliyuncs.com'],
    [{ region: 'cn-hangzhou', network: 'accelerate-overseas' }, 'https://oss-accelerate-overseas.aliyuncs.com'],
    [{ region: 'cn-hangzhou-finance' }, 'https://oss-cn-hzfinance.aliyuncs.com'],
    [{ region: 'ap-new-9' }, 'https://oss-ap-new-9.aliyuncs.com'],
  ])('%j is %s', (options, origin) => {
    expect(resolveEndpoint(options)).toEqual({
      origin,
      addressing: 'virtual-host',
      region: options.region,
      product: 'oss',
    });
  });

  it('is https, whatever the network', () => {
    expect(resolveEndpoint({ network: 'accelerate' }).origin).toMatch(/^https:/);
  });

  it('has no region when an accelerate network is named without one', () => {
    expect(resolveEndpoint({ network: 'accelerate' })).not.toHaveProperty('region');
  });

  it.each<[EndpointOptions, RegExp]>([
    [{}, /give a region/],
    [{ network: 'internal' }, /give a region/],
    [{ region: 'oss-cn-hangzhou' }, /without "oss-"/],
    [{ region: 'CN-Hangzhou' }, /lower-case/],
    [{ region: 'cn_hangzhou' }, /lower-case/],
    [{ region: '' }, /lower-case/],
    [{ region: 'cn-hangzhou.aliyuncs.com/?x' }, /lower-case/],
    [{ region: 'a'.repeat(65) }, /lower-case/],
    [{ region: 'beijing' }, /did you mean "cn-beijing"/],
    [{ region: 'beijing', endpoint: 'oss-cn-beijing.aliyuncs.com' }, /did you mean "cn-beijing"/],
    [{ region: 'nowhere' }, /not a region id: write it like "cn-hangzhou"/],
    [{ region: 'cn-beijing-internal' }, /give region "cn-beijing" and network "internal"/],
    [{ region: 'cn-beijing-internal', endpoint: '127.0.0.1' }, /give region "cn-beijing" and network "internal"/],
    [{ region: 'cn-hangzhou', endpoint: 'oss-cn-hangzhou.aliyuncs.com', network: 'internal' }, /endpoint or network/],
  ])('refuses %j', (options, message) => {
    expect(() => resolveEndpoint(options)).toThrowError(refusal(message));
  });
});

describe('the region read from a host', () => {
  it.each([
    ['oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    ['oss-cn-hangzhou-internal.aliyuncs.com', 'cn-hangzhou'],
    ['oss-ap-southeast-1.aliyuncs.com', 'ap-southeast-1'],
    ['oss-cn-hzfinance-internal.aliyuncs.com', 'cn-hangzhou-finance'],
    ['cn-hangzhou.oss.aliyuncs.com', 'cn-hangzhou'],
    ['cn-hangzhou.oss-internal.aliyuncs.com', 'cn-hangzhou'],
    ['vpc100-oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    ['oss.aliyuncs.com', 'cn-hangzhou'],
    ['oss-internal.aliyuncs.com', 'cn-hangzhou'],
    ['https://oss-cn-hangzhou.aliyuncs.com', 'cn-hangzhou'],
    ['HTTPS://OSS-CN-HANGZHOU.ALIYUNCS.COM/', 'cn-hangzhou'],
    ['http://oss-cn-hangzhou.aliyuncs.com:8080', 'cn-hangzhou'],
  ])('of %s is %s', (endpoint, region) => {
    expect(resolveEndpoint({ endpoint })).toMatchObject({ region, product: 'oss', addressing: 'virtual-host' });
  });

  it.each(['oss-accelerate.aliyuncs.com', 'oss-accelerate-overseas.aliyuncs.com', '127.0.0.1:9000', 'oss.localhost'])(
    'of %s is not known, so it may be given',
    (endpoint) => {
      expect(resolveEndpoint({ endpoint })).not.toHaveProperty('region');
      expect(resolveEndpoint({ endpoint, region: 'cn-beijing' }).region).toBe('cn-beijing');
    },
  );

  it('is not guessed from a custom domain', () => {
    expect(resolveEndpoint({ endpoint: 'oss-cn-hangzhou.example.com', addressing: 'cname' })).not.toHaveProperty(
      'region',
    );
  });

  it('of a known region may not contradict the region given', () => {
    const endpoint = 'oss-cn-hangzhou.aliyuncs.com';
    expect(resolveEndpoint({ endpoint, region: 'cn-hangzhou' }).region).toBe('cn-hangzhou');
    for (const named of [endpoint, `my-bucket.${endpoint}`]) {
      expect(() => resolveEndpoint({ endpoint: named, region: 'cn-beijing', addressing: 'cname' })).toThrowError(
        refusal(/in region "cn-hangzhou", but region is "cn-beijing"/),
      );
    }
  });

  it('gives way to the region given where it is only read from the pattern of the name', () => {
    const endpoint = 'oss-cn-newfinance.aliyuncs.com';
    expect(resolveEndpoint({ endpoint }).region).toBe('cn-newfinance');
    expect(resolveEndpoint({ endpoint, region: 'cn-new-finance-1' }).region).toBe('cn-new-finance-1');
  });

  it('of a cloud box is its id, under another product, whatever region it stands in', () => {
    const endpoint = 'cb-f8z7yvzgwfkl9q0h0000.cn-hangzhou.oss-cloudbox.aliyuncs.com';
    const expected = { region: 'cb-f8z7yvzgwfkl9q0h0000', product: 'oss-cloudbox', addressing: 'virtual-host' };
    expect(resolveEndpoint({ endpoint })).toMatchObject(expected);
    expect(resolveEndpoint({ endpoint, region: 'cn-hangzhou' })).toMatchObject(expected);
    expect(resolveEndpoint({ endpoint: endpoint.replace('cloudbox', 'cloudbox-control') })).toMatchObject(expected);
  });
});

describe('addressing', () => {
  it.each([
    ['http://127.0.0.1:9000', 'path'],
    ['http://localhost:9000', 'path'],
    ['http://[::1]:9000', 'path'],
    ['192.168.1.10', 'path'],
    ['oss-cn-hangzhou.aliyuncs.com', 'virtual-host'],
    ['http://oss.localhost:9000', 'virtual-host'],
  ])('of %s is %s', (endpoint, addressing) => {
    expect(resolveEndpoint({ endpoint }).addressing).toBe(addressing);
  });

  it('of a custom domain must be given', () => {
    expect(() => resolveEndpoint({ endpoint: 'files.example.com' })).toThrowError(refusal(/set addressing to "cname"/));
    for (const addressing of ['cname', 'virtual-host', 'path'] as const) {
      expect(resolveEndpoint({ endpoint: 'files.example.com', addressing }).addressing).toBe(addressing);
    }
  });

  it('of a private endpoint is the path, when asked for', () => {
    const endpoint = 'ep-1.oss.cn-hangzhou.privatelink.aliyuncs.com';
    expect(resolveEndpoint({ endpoint, region: 'cn-hangzhou', addressing: 'path' }).addressing).toBe('path');
  });

  it.each<[EndpointOptions, RegExp]>([
    [{ region: 'cn-beijing', addressing: 'path' }, /takes the bucket in the host name only/],
    [{ endpoint: 'oss-cn-beijing-internal.aliyuncs.com', addressing: 'path' }, /leave out addressing "path"/],
    [{ endpoint: 'oss-cn-beijing.aliyuncs.com', addressing: 'cname' }, /belongs to no bucket: leave out/],
    [{ network: 'accelerate', addressing: 'cname' }, /belongs to no bucket/],
    [{ endpoint: 'my-bucket.oss-cn-beijing.aliyuncs.com' }, /give endpoint "oss-cn-beijing.aliyuncs.com"/],
    [
      { endpoint: 'my-bucket.oss-cn-beijing.aliyuncs.com', addressing: 'virtual-host' },
      /give endpoint "oss-cn-beijing.aliyuncs.com"/,
    ],
  ])('is refused where no request could work: %j', (options, message) => {
    expect(() => resolveEndpoint(options)).toThrowError(refusal(message));
  });

  it.each(['ecs.cn-hangzhou.aliyuncs.com', 'oss-accelerate-elsewhere.aliyuncs.com', 'aliyuncs.com.evil.aliyuncs.com'])(
    "of %s is refused: it is not one of OSS's endpoints",
    (endpoint) => {
      expect(() => resolveEndpoint({ endpoint })).toThrowError(refusal(/is not an endpoint of OSS/));
    },
  );

  it('refuses to put a bucket before an IP address', () => {
    for (const endpoint of ['127.0.0.1:9000', 'http://[::1]']) {
      expect(() => resolveEndpoint({ endpoint, addressing: 'virtual-host' })).toThrowError(
        refusal(/use addressing "path"/),
      );
    }
  });
});

describe('the text of an endpoint', () => {
  it('keeps http and the port, and drops a default port and a trailing slash', () => {
    expect(resolveEndpoint({ endpoint: 'http://127.0.0.1:9000/' }).origin).toBe('http://127.0.0.1:9000');
    expect(resolveEndpoint({ endpoint: 'https://oss-cn-hangzhou.aliyuncs.com:443/' }).origin).toBe(
      'https://oss-cn-hangzhou.aliyuncs.com',
    );
  });

  it.each([
    ['ftp://oss-cn-hangzhou.aliyuncs.com', /https or http/],
    ['https://user:p4ssw0rd@oss-cn-hangzhou.aliyuncs.com', /user or password/],
    ['https://user@oss-cn-hangzhou.aliyuncs.com', /user or password/],
    ['https://:p4ssw0rd@oss-cn-hangzhou.aliyuncs.com', /user or password/],
    ['oss-cn-hangzhou.aliyuncs.com/bucket', /host only/],
    ['oss-cn-hangzhou.aliyuncs.com?x=1', /host only/],
    ['https://oss-cn-hangzhou.aliyuncs.com/#part', /host only/],
    ['', /must be a host name/],
    ['https://', /must be a host name/],
    ['oss cn-hangzhou.aliyuncs.com', /must be a host name/],
    ['http://[::1', /must be a host name/],
  ])('refuses %j', (endpoint, message) => {
    expect(() => resolveEndpoint({ endpoint })).toThrowError(refusal(message));
  });

  it('is not repeated in the message when it holds a password', () => {
    const failure = (): unknown => resolveEndpoint({ endpoint: 'https://user:p4ssw0rd@oss-cn-hangzhou.aliyuncs.com' });
    expect(failure).toThrowError(expect.objectContaining({ message: expect.not.stringContaining('p4ssw0rd') }));
  });
});

function locationOf(options: EndpointOptions, bucket?: string, key?: string): string {
  const endpoint = resolveEndpoint({ region: 'cn-hangzhou', ...options });
  const parts = { ...(bucket === undefined ? {} : { bucket }), ...(key === undefined ? {} : { key }) };
  const signed = signUrlV4({ method: 'GET', endpoint, ...parts }, OWNER, AT);
  return signed.origin + signed.path.split('?')[0];
}

const loopback = { endpoint: 'http://127.0.0.1:9000' };
const cname = { endpoint: 'files.example.com', addressing: 'cname' } as const;

describe('bucket and key', () => {
  it("stand in host and path of OSS's own hosts", () => {
    expect(locationOf({}, 'b-1', 'dir/a b')).toBe('https://b-1.oss-cn-hangzhou.aliyuncs.com/dir/a%20b');
    expect(locationOf({ network: 'internal' }, 'b-1', 'k')).toBe('https://b-1.oss-cn-hangzhou-internal.aliyuncs.com/k');
    expect(locationOf({ network: 'dual-stack' }, 'b-1', 'k')).toBe('https://b-1.cn-hangzhou.oss.aliyuncs.com/k');
    expect(locationOf({ endpoint: 'http://oss.localhost:90' }, 'b-1', 'k')).toBe('http://b-1.oss.localhost:90/k');
  });

  it('stand in the path of an IP address', () => {
    expect(locationOf(loopback, 'b-1', 'dir/k')).toBe('http://127.0.0.1:9000/b-1/dir/k');
    expect(locationOf(loopback, 'b-1')).toBe('http://127.0.0.1:9000/b-1/');
  });

  it('leave the bucket out of a custom domain, which is bound to it', () => {
    expect(locationOf(cname, 'b-1', 'dir/k')).toBe('https://files.example.com/dir/k');
  });

  it('may be absent: a bucket alone ends in a slash, a service request is "/"', () => {
    expect(locationOf({}, 'b-1')).toBe('https://b-1.oss-cn-hangzhou.aliyuncs.com/');
    expect(locationOf({})).toBe('https://oss-cn-hangzhou.aliyuncs.com/');
    expect(locationOf(loopback)).toBe('http://127.0.0.1:9000/');
  });

  it('are signed alike wherever they stand', () => {
    const signatures = [{}, loopback, cname].map((options) => {
      const endpoint = resolveEndpoint({ region: 'cn-hangzhou', ...options });
      return signUrlV4({ method: 'GET', endpoint, bucket: 'b-1', key: 'k' }, OWNER, AT).path.split(
        'x-oss-signature=',
      )[1];
    });
    expect(new Set(signatures).size).toBe(1);
  });

  it('refuses a bucket that URL parsers refuse as part of a host, and takes it in a path', () => {
    expect(() => locationOf({}, 'xn--a', 'k')).toThrowError(expect.objectContaining({ code: 'INVALID_BUCKET' }));
    expect(locationOf({}, 'xn--fiqs8s', 'k')).toBe('https://xn--fiqs8s.oss-cn-hangzhou.aliyuncs.com/k');
    expect(locationOf(loopback, 'xn--a', 'k')).toBe('http://127.0.0.1:9000/xn--a/k');
  });

  it("may stand at one of OSS's hosts given as a custom domain, if that is the bucket's own", () => {
    const own = { endpoint: 'b-1.oss-cn-hangzhou.aliyuncs.com', addressing: 'cname' } as const;
    expect(locationOf(own, 'b-1', 'k')).toBe('https://b-1.oss-cn-hangzhou.aliyuncs.com/k');
    const message = 'the endpoint\'s host names bucket "b-1", but bucket is "b-2"';
    expect(() => locationOf(own, 'b-2', 'k')).toThrowError(
      expect.objectContaining({ code: 'INVALID_BUCKET', message }),
    );
  });
});
