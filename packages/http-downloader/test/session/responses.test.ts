import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { describe, expect, it } from 'vitest';
import { downloadToFile } from '../../src/file/download-to-file.ts';
import { isPage } from '../../src/object-response.ts';
import { openDownload } from '../../src/open-download.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { AT_ONCE, serve, temporaryFolder } from '../kit.ts';

const BYTES = Buffer.from('hello world');
const HEADERS = { 'x-oss-hash-crc64ecma': String(crc64(BYTES)), 'content-length': String(BYTES.length) };

async function outcome(url: string): Promise<unknown> {
  const { body, done } = await openDownload(fromUrl(url), { retry: AT_ONCE });
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
    return await done;
  } catch (error) {
    await expect(done).rejects.toBe(error);
    return error;
  }
}

describe('the bytes of a download', () => {
  it('are refused when one bit differs', async () => {
    const url = await serve((_, response) => response.writeHead(200, HEADERS).end('hello worle'));
    expect(await outcome(url)).toMatchObject({ code: 'CHECKSUM_MISMATCH', retryable: true });
  });

  it('are refused when the connection ends early', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { ...HEADERS, 'content-length': '20' }).write(BYTES);
      setImmediate(() => response.destroy());
    });
    expect(await outcome(url)).toMatchObject({ code: 'NETWORK', retryable: true });
  });

  it('are refused when a chunked body is cut off but ends well-formed', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200, { 'x-oss-hash-crc64ecma': HEADERS['x-oss-hash-crc64ecma'] }).end('hello');
    });
    expect(await outcome(url)).toMatchObject({ code: 'CHECKSUM_MISMATCH' });
  });

  it.each([
    ['the object', BYTES.length],
    ['a part', 5],
  ])('are refused when more of %s came than was announced, and no checksum shows it', async (_, partSize) => {
    const url = await serve((request, response) => {
      const [, start = '', last = ''] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '') ?? [];
      const end = Math.min(Number(last) + 1, BYTES.length);
      response.writeHead(206, { etag: '"a"', 'content-range': `bytes ${start}-${end - 1}/${BYTES.length}` });
      response.end(`${BYTES.subarray(Number(start), end).toString()}!`);
    });
    const path = join(await temporaryFolder(), 'a');
    const failure = downloadToFile(fromUrl(url), path, { partSize, retry: AT_ONCE });
    await expect(failure).rejects.toMatchObject({ code: 'INCOMPLETE' });
  });

  it('are reported as unverified when the answer carries no checksum', async () => {
    const url = await serve((_, response) => response.end(BYTES));
    expect(await outcome(url)).toMatchObject({ verified: 'none', bytes: BYTES.length });
  });

  it('are not compared with the object’s checksum when OSS processed it', async () => {
    const url = await serve((_, response) =>
      response.writeHead(200, { ...HEADERS, 'content-length': '5' }).end('small'),
    );
    expect(await outcome(`${url}&x-oss-process=image%2Fresize%2Cw_1`)).toMatchObject({ verified: 'none', bytes: 5 });
  });

  it('are asked for unencoded', async () => {
    const url = await serve((request, response) => response.end(request.headers['accept-encoding']));
    const { body } = await openDownload(fromUrl(url));
    expect(await new Response(body).text()).toBe('identity');
  });
});

const PAGE_FACTS: Readonly<Record<string, string>> = {
  'content-type': 'text/html',
  etag: '"a"',
  'last-modified': 'Thu, 01 Jan 2026 00:00:00 GMT',
};

describe('a page in place of the object', () => {
  it.each([
    ['text/html; charset=utf-8', '<html>Sign in</html>', 'HTTP_STATUS', true],
    ['application/xml', '<Error><Code>InternalError</Code></Error>', 'HTTP_STATUS', true],
    ['application/xml', '<Error><Code>AccessDenied</Code></Error>', 'ACCESS_DENIED', false],
  ])('of type %s that says %s is a typed error', async (type, text, code, retryable) => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-type': type }).end(text));
    const failure = openDownload(fromUrl(url), { retry: { ...AT_ONCE, maxFailures: 1 } });
    await expect(failure).rejects.toMatchObject({ code, retryable, status: 200 });
  });

  it('is found also when it has an entity tag and a date [fault 65]', async () => {
    const url = await serve((_, response) => response.writeHead(200, PAGE_FACTS).end('<html>Sign in</html>'));
    await expect(outcome(url)).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 200 });
  });

  it.each<[string, string, Record<string, string>]>([
    ['its request id', '', { 'x-oss-request-id': '5C06A3B67B8B5A3DA422299D' }],
    ['its type of object', '', { 'x-oss-object-type': 'Normal' }],
    ['its name', '.html', {}],
    ['the type that the link asks for', '?response-content-type=text%2Fhtml&', {}],
  ])('is distinguished from an object that is a page by %s', async (_, ending, facts) => {
    const url = await serve((__, response) => response.writeHead(200, { ...PAGE_FACTS, ...facts }).end('<html>'));
    expect(await outcome(url.replace('?', `${ending}?`))).toMatchObject({ bytes: 6 });
  });

  it('is distinguished from an object that is a page by its date where CORS rules hide the headers of OSS', () => {
    const header = (name: string): string | undefined => PAGE_FACTS[name];
    const response = { status: 200, header, read: async () => undefined, discard: () => {} };
    expect(isPage(response, '/a')).toBe(true);
    expect(isPage({ ...response, hidesHeaders: true }, '/a')).toBe(false);
  });

  it('is distinguished from a page that OSS made of an object', async () => {
    const url = await serve((_, response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'));
    expect(await outcome(`${url}&x-oss-process=doc%2Fpreview`)).toMatchObject({ bytes: 6 });
  });
});

describe('responses without the object', () => {
  it.each([
    [500, '<html>', 'HTTP_STATUS', true],
    [302, '', 'HTTP_STATUS', false],
    [206, 'part', 'HTTP_STATUS', false],
    [403, '<Error><Code>AccessDenied</Code></Error>', 'ACCESS_DENIED', false],
    [403, '<Error><Code>SecurityTokenExpired</Code></Error>', 'CREDENTIALS_REJECTED', false],
    [404, '{"Code":"NoSuchKey"}', 'NOT_FOUND', false],
  ])('with status %i and body %s are a typed error', async (status, text, code, retryable) => {
    const url = await serve((_, response) => response.writeHead(status, { location: 'ftp://127.0.0.1:1/' }).end(text));
    await expect(openDownload(fromUrl(url), { retry: AT_ONCE })).rejects.toMatchObject({ code, retryable, status });
  });

  it('are not waited for when they only trickle', async () => {
    let now = 0;
    const clock = { now: () => now, monotonic: () => now };
    const url = await serve((request, response) => {
      const more = (): void => {
        now += 1000;
        if (!request.socket.destroyed) response.write('.', () => setImmediate(more));
      };
      response.writeHead(404);
      more();
    });
    const failure = openDownload(fromUrl(url), { clock });
    await expect(failure).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 404 });
    expect(now).toBeLessThan(10_000_000);
  });

  it('are not read beyond 64 KiB', async () => {
    const url = await serve((_, response) => {
      response.writeHead(403);
      const more = (): void => void response.write(Buffer.alloc(65_536, 'x'), (error) => error ?? more());
      more();
    });
    await expect(openDownload(fromUrl(url), { retry: AT_ONCE })).rejects.toMatchObject({
      code: 'HTTP_STATUS',
      status: 403,
    });
  });

  it('include no answer at all', async () => {
    const failure = openDownload(fromUrl('http://127.0.0.1:1/a?x-oss-signature=hidden-signature'), {
      retry: AT_ONCE,
    });
    await expect(failure).rejects.toMatchObject({ code: 'NETWORK', retryable: true });
    await expect(failure).rejects.not.toThrow('hidden-signature');
  });
});
