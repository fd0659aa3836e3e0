import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, it } from 'vitest';
import { downloadToMemory } from '../../src/download-to-memory.ts';
import { redirected } from '../../src/link.ts';
import type { PreparedRequest, RequestSource } from '../../src/request-source.ts';
import { fromUrl } from '../../src/sources/from-url.ts';
import { AT_ONCE, serveObject, serve } from '../kit.ts';

const BYTES = Buffer.alloc(10_000, 'bytes ');
const OPTIONS = { maxBytes: 1e6, retry: { ...AT_ONCE, maxFailures: 0 } };

function requestTo(url: string, headers: Record<string, string> = {}): PreparedRequest {
  const [, origin = '', path = ''] = /^(\w+:\/\/[^/]+)(.*)$/.exec(url) ?? [];
  return { method: 'GET', origin, path, headers, token: Symbol('test') };
}

const sent = (url: string, headers: Record<string, string>): RequestSource => ({
  identity: 'x',
  prepare: async () => requestTo(url, headers),
});

function next(request: PreparedRequest, location: string | undefined, status = 302): string | undefined {
  const header = (name: string): string | undefined => (name === 'location' ? location : undefined);
  const target = redirected(request, { status, header, read: async () => undefined, discard: () => {} });
  return target && target.origin + target.path;
}

describe('a redirect of a link', () => {
  it('is followed to the object, across hosts', async () => {
    const { url: target } = await serveObject(BYTES);
    const url = await serve((_, response) => response.writeHead(302, { location: target }).end());
    expect(await downloadToMemory(fromUrl(url), OPTIONS)).toMatchObject({ verified: 'crc64', attempts: 1 });
  });

  it('takes no cookie, authorization or x-oss header to another host, and keeps the rest', async () => {
    let headers: IncomingHttpHeaders = {};
    const target = await serve((request, response) => {
      headers = request.headers;
      response.end('x');
    });
    const url = await serve((_, response) => response.writeHead(307, { location: target }).end());
    const own = { Cookie: 'hidden', 'X-Oss-Meta-A': 'hidden', 'if-match': '"a"' };
    await downloadToMemory(sent(url, own), OPTIONS);
    expect(headers).toMatchObject({ 'if-match': '"a"' });
    expect(JSON.stringify(headers)).not.toContain('hidden');
  });

  it('that goes round in circles ends', async () => {
    let asked = 0;
    const url = await serve((_, response) => {
      asked += 1;
      response.writeHead(302, { location: '/again' }).end();
    });
    await expect(downloadToMemory(fromUrl(url), OPTIONS)).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 302 });
    expect(asked).toBe(6);
  });

  it.each([
    ['https://other.example/a%2Fb//c?sign=x%2By', 'https://other.example/a%2Fb//c?sign=x%2By'],
    ['/moved?x=1#part', 'https://host.example/moved?x=1'],
    ['//other.example/a', 'https://other.example/a'],
    ['http://host.example/a', undefined],
    ['ftp://host.example/a', undefined],
    ['https://user:password@host.example/a', undefined],
    ['https://', undefined],
    [undefined, undefined],
  ])('to %s is %s', (location, expected) => {
    expect(next(requestTo('https://host.example/a'), location)).toBe(expected);
  });

  it('may name its target in raw UTF-8', () => {
    const location = Buffer.from('/报告?a').toString('latin1');
    expect(next(requestTo('http://h/a'), location)).toBe('http://h/%E6%8A%A5%E5%91%8A?a');
    expect(next(requestTo('http://h/a'), `http://g${location}`)).toBe('http://g/%E6%8A%A5%E5%91%8A?a');
  });

  it('is one only by its status', () => {
    expect(next(requestTo('https://host.example/a'), '/b', 200)).toBeUndefined();
    expect(next(requestTo('https://host.example/a'), '/b', 304)).toBeUndefined();
  });
});

describe('a redirect of a request that is signed in its headers', () => {
  it('is not followed', async () => {
    const asked: string[] = [];
    const url = await serve((request, response) => {
      asked.push(request.url ?? '');
      response.writeHead(302, { location: '/elsewhere' }).end();
    });
    const failure = downloadToMemory(sent(url, { Authorization: 'OSS4-HMAC-SHA256 x' }), OPTIONS);
    await expect(failure).rejects.toMatchObject({ code: 'HTTP_STATUS', status: 302 });
    expect(asked).toHaveLength(1);
  });
});
