import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connectionError } from '../src/connection-error.ts';
import { openDownload } from '../src/open-download.ts';
import { fromUrl } from '../src/sources/from-url.ts';
import { AT_ONCE, certificate, rawServer, serve, serveTls } from './kit.ts';

const failing = (code: string, message = 'x'): Error => Object.assign(new Error(message), { code });
const open = async (url: string) => openDownload(fromUrl(url), { retry: { ...AT_ONCE, maxFailures: 0 } });

describe('a failure of a connection', () => {
  it.each([
    ['CERT_HAS_EXPIRED', /has expired, or the local clock is wrong/],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', /self-signed.*NODE_EXTRA_CA_CERTS/],
    ['SELF_SIGNED_CERT_IN_CHAIN', /authority that this machine does not know.*NODE_EXTRA_CA_CERTS/],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /authority that this machine does not know.*NODE_EXTRA_CA_CERTS/],
    ['ERR_TLS_CERT_ALTNAME_INVALID', /for another name/],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', /no version or cipher of TLS in common/],
    ['ERR_SSL_WHATEVER', /its certificate or TLS version was refused \(ERR_SSL_WHATEVER\)/],
  ])('of TLS with %s is final, and the error says why [fault 74]', (code, reason) => {
    const error = connectionError(new Error('fetch failed', { cause: failing(code) }), 'x could not be reached');
    expect(error).toMatchObject({ code: 'TLS', retryable: false });
    expect(error.message).toMatch(reason);
  });

  it.each([
    ['ECONNREFUSED', 'it refused the connection (ECONNREFUSED)'],
    ['ECONNRESET', 'it reset the connection (ECONNRESET)'],
    ['EAI_AGAIN', 'its name cannot be looked up at present (EAI_AGAIN)'],
    ['ENOTFOUND', 'its name is unknown (ENOTFOUND)'],
    ['ETIMEDOUT', 'it did not answer in time (ETIMEDOUT)'],
    ['UND_ERR_CONNECT_TIMEOUT', 'it did not accept the connection in time (UND_ERR_CONNECT_TIMEOUT)'],
  ])('with %s is tried again, and the error says why [fault 74]', (code, reason) => {
    expect(connectionError(failing(code), 'x could not be reached')).toMatchObject({
      code: 'NETWORK',
      retryable: true,
      message: `x could not be reached: ${reason}`,
    });
  });

  it('to all addresses of a host has the reason of one of them', () => {
    const all = new AggregateError([failing('ECONNREFUSED'), failing('ENETUNREACH')], 'x');
    expect(connectionError(all, 'x').message).toBe('x: it refused the connection (ECONNREFUSED)');
  });

  it.each([
    [407, 'PROXY', false, /asks for another user name and password \(HTTP 407\)/],
    [403, 'PROXY', false, /does not allow the connection \(HTTP 403\)/],
    [502, 'NETWORK', true, /could not reach it \(HTTP 502\)/],
  ] as const)('by a proxy with status %i is named', (status, code, retryable, reason) => {
    const cause = failing('UND_ERR_ABORTED', `Proxy response (${status}) !== 200 when HTTP Tunneling`);
    const error = connectionError(cause, 'x');
    expect(error).toMatchObject({ code, retryable });
    expect(error.message).toMatch(reason);
  });

  it.each([
    [new TypeError('dispatcher.dispatch is not a function'), /TypeError: dispatcher.dispatch is not a function/],
    [new TypeError('Failed to construct Request with URL https://h/a?Signature=hidden'), /with URL the link/],
    [new RangeError('WebAssembly.Memory(): could not allocate memory'), /ulimit -v/],
    [new Error('WebAssembly.instantiate(): Out of memory: Cannot allocate Wasm memory for new instance'), /ulimit -v/],
  ])('of the platform itself, %s, is never tried again [fault 79]', (cause, reason) => {
    const error = connectionError(cause, 'x');
    expect(error).toMatchObject({ code: 'UNSUPPORTED', retryable: false });
    expect(error.message).toMatch(reason);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('hidden');
  });
});

describe('the reason of a failure', () => {
  it('is given for a port where nobody listens', async () => {
    await expect(open('http://127.0.0.1:1/a')).rejects.toThrow(
      '127.0.0.1:1 could not be reached: it refused the connection',
    );
  });

  it('is given for a certificate that nobody vouches for', async () => {
    const { url } = await serveTls((_, response) => response.end());
    await expect(open(url)).rejects.toThrow(/self-signed.*NODE_EXTRA_CA_CERTS/);
  });

  it('is given for a server without TLS', async () => {
    const url = await serve((_, response) => response.end());
    await expect(open(url.replace('http:', 'https:'))).rejects.toThrow(/does not speak TLS.*http:\/\//);
  });

  it('is given for a server that closes the connection', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.destroy()));
    await expect(open(`http://127.0.0.1:${port}/a`)).rejects.toThrow(
      /could not be reached: it (closed|reset) the connection/,
    );
  });

  it('is given for a server that answers something else than HTTP/1.1', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.end('SSH-2.0-x\r\n')));
    await expect(open(`http://127.0.0.1:${port}/a`)).rejects.toThrow(/does not speak HTTP\/1.1/);
  });

  it('is given for a server that knows only HTTP/2', async () => {
    const server = createSecureServer({ ...certificate, allowHTTP1: false }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    await expect(open(`https://127.0.0.1:${port}/a`)).rejects.toMatchObject({
      code: 'TLS',
      message: expect.stringContaining('perhaps only HTTP/2'),
    });
  });
});
