import { describe, expect, it } from 'vitest';
import { isLoopback, proxyFor } from '../../src/internal.ts';

const PROXIES = { HTTP_PROXY: 'http://plain:1', HTTPS_PROXY: 'http://secure:2', ALL_PROXY: 'http://all:3' };

describe('the proxy of a request', () => {
  it.each<[string, Readonly<Record<string, string>>, string | undefined]>([
    ['http://bucket.example', PROXIES, 'HTTP_PROXY'],
    ['https://bucket.example', PROXIES, 'HTTPS_PROXY'],
    ['https://bucket.example', { ...PROXIES, https_proxy: 'http://lower:4' }, 'https_proxy'],
    ['https://bucket.example', { ...PROXIES, HTTPS_PROXY: '' }, 'ALL_PROXY'],
    ['http://bucket.example', { all_proxy: 'http://all:3' }, 'all_proxy'],
    ['https://bucket.example', { HTTP_PROXY: 'http://plain:1' }, 'HTTP_PROXY'],
    ['http://bucket.example', { HTTPS_PROXY: 'http://secure:2' }, undefined],
    ['https://bucket.example', {}, undefined],
    ['http://127.0.0.1:80', PROXIES, undefined],
    ['http://localhost', PROXIES, undefined],
    ['http://[::1]:8080', PROXIES, undefined],
  ])('to %s with %j is that of %s', (origin, env, variable) => {
    expect(proxyFor(origin, env)?.variable).toBe(variable);
  });

  it.each([
    ['*', 'https://bucket.example'],
    ['example', 'https://bucket.example'],
    ['other, bucket.example', 'https://bucket.example'],
    ['.example', 'https://bucket.example'],
    ['*.example', 'https://bucket.example'],
    ['bucket.example.', 'https://bucket.example'],
    ['BUCKET.example', 'https://bucket.example.'],
    ['bucket.example:443', 'https://bucket.example'],
    ['bucket.example:8443', 'https://bucket.example:8443'],
    ['10.0.0.0/8', 'https://10.1.2.3'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['0.0.0.0/0', 'https://10.1.2.3'],
    ['10.1.2.3:443', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fd12::3]'],
    ['FD12:0:0::3', 'https://[fd12::3]'],
    ['[fd12::3]', 'https://[fd12::3]'],
    ['[fd12::3]:443', 'https://[fd12::3]'],
    ['::ffff:10.0.0.0/104', 'https://[::ffff:10.1.2.3]'],
  ])('is none with NO_PROXY=%s for %s', (list, origin) => {
    expect(proxyFor(origin, { ...PROXIES, NO_PROXY: list })).toBeUndefined();
    expect(proxyFor(origin, { ...PROXIES, no_proxy: list })).toBeUndefined();
  });

  it.each([
    ['', 'https://bucket.example'],
    ['ucket.example', 'https://bucket.example'],
    ['bucket.example:80', 'https://bucket.example'],
    ['10.0.0.0/16', 'https://10.1.2.3'],
    ['10.0.0.0/99', 'https://10.1.2.3'],
    ['10.0.0.0/x', 'https://10.1.2.3'],
    ['fd00::/8', 'https://[fe80::3]'],
    ['::/0', 'https://10.1.2.3'],
    ['fd12::g', 'https://[fd12::3]'],
    ['.', 'https://bucket.example'],
    ['[', 'https://bucket.example'],
  ])('is one with NO_PROXY=%s for %s', (list, origin) => {
    expect(proxyFor(origin, { ...PROXIES, NO_PROXY: list })).toBeDefined();
  });
});

describe('isLoopback', () => {
  it.each(['127.0.0.1', '127.1.2.3', '[::1]', 'localhost', 'bucket.localhost'])('holds for %s', (host) => {
    expect(isLoopback(host)).toBe(true);
  });

  it.each([
    '127.0.0.1.example.com',
    'localhost.example.com',
    'notlocalhost',
    '0.0.0.0',
    '[::]',
    '10.0.0.1',
    '.localhost',
  ])('does not hold for %s', (host) => {
    expect(isLoopback(host)).toBe(false);
  });
});
