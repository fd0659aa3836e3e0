import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, it, vi } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { ossTest } from '../../src/vitest.ts';
import { call, PATIENT, sign } from '../kit.ts';

/** Writes bytes to a connection of its own, and reads all that comes back. */
async function exchange(oss: LocalOss, bytes: string, end = false): Promise<string> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(oss.endpoint).port) });
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  socket.on('error', () => undefined);
  if (end) socket.end(bytes);
  else socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(chunks).toString();
}

const last = (oss: LocalOss) => oss.journal.entries().at(-1);

ossTest('takes a chunked upload that also says its length', async ({ oss }) => {
  await oss.createBucket('a-bucket');
  const { path, headers } = sign(oss, { method: 'PUT', bucket: 'a-bucket', key: 'a', scheme: 'v4-header' });
  const lines = Object.entries({ ...headers, host: '127.0.0.1', connection: 'close' });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  for (const length of ['11', '5']) {
    const body = '6\r\nhello \r\n5\r\nworld\r\n0\r\n\r\n';
    const framing = `content-length: ${length}\r\ntransfer-encoding: chunked\r\n`;
    expect(await exchange(oss, `PUT ${path} HTTP/1.1\r\n${head}${framing}\r\n${body}`)).toContain('200 OK');
    expect((await call(oss, { bucket: 'a-bucket', key: 'a' })).text).toBe('hello world');
  }
});

ossTest.for([
  ['nonsense', 'nonsense\r\n\r\n', 400, 'BadRequest', 'not valid HTTP'],
  ['a head above 64 KiB', `GET / HTTP/1.1\r\na: ${'x'.repeat(70_000)}\r\n\r\n`, 431, 'BadRequest', 'not valid HTTP'],
  ['no Host', 'GET /a-bucket HTTP/1.1\r\nconnection: close\r\n\r\n', 400, 'InvalidRequest', 'Host header'],
  [
    'another expectation',
    'PUT /a-bucket/a HTTP/1.1\r\nhost: localhost\r\nexpect: 200-ok\r\nconnection: close\r\n\r\n',
    417,
    'ExpectationFailed',
    '100-continue',
  ],
  [
    'CONNECT',
    'CONNECT b.oss-cn-hangzhou.aliyuncs.com:443 HTTP/1.1\r\nhost: b\r\n\r\n',
    501,
    'NotImplemented',
    'start it with the option https',
  ],
] as const)(
  'refuses %s with a body in XML, and says why in the journal',
  async ([, bytes, status, code, why], { oss }) => {
    const answer = await exchange(oss, bytes);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(answer).toContain(`<Code>${code}</Code>`);
    expect(last(oss)).toMatchObject({ status, code });
    expect(last(oss)?.decision?.join()).toContain(why);
    expect(answer).toContain(last(oss)?.requestId);
  },
);

ossTest(
  'writes down a client that leaves in the middle of a head, and none that asked for nothing',
  async ({ oss }) => {
    await exchange(oss, '', true);
    expect(oss.journal.entries()).toEqual([]);
    await exchange(oss, 'GET /a-bucket HTTP/1.1\r\nho', true);
    expect(last(oss)).toMatchObject({ status: 499, code: 'ClientGone' });
  },
);

ossTest('answers a request with Connection: close once, whatever comes behind it', async ({ oss }) => {
  const request = 'GET /a-bucket HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
  for (const behind of [request, 'nonsense']) {
    const answer = await exchange(oss, request + behind);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).toContain('NoSuchBucket');
    expect(oss.journal.entries().map(({ code }) => code)).toContain('BadRequest');
  }
});

it('writes down a TLS handshake that failed', async () => {
  const oss = await startLocalOss({ https: true });
  try {
    const socket = connect({ host: '127.0.0.1', port: Number(new URL(oss.https?.endpoint ?? '').port) });
    socket.on('error', () => undefined);
    socket.end('GET / HTTP/1.1\r\n\r\n');
    await vi.waitFor(() => expect(last(oss)?.code).toBe('TlsHandshakeFailed'), PATIENT);
  } finally {
    await oss.close();
  }
});
