import { describe, expect, it } from 'vitest';
import { resolveEndpoint, type EndpointOptions } from '../src/endpoint.ts';
import { signUrlV4 } from '../src/sign/sign-v4.ts';
import { AT, OWNER } from './four-signers.ts';

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
