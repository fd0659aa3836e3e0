import { once } from 'node:events';
import { connect } from 'node:net';
import { connect as secureConnect } from 'node:tls';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
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
    'a transfer coding whose end nobody knows',
    'PUT /a-bucket/a HTTP/1.1\r\nhost: localhost\r\ntransfer-encoding: gzip\r\nconnection: close\r\n\r\n',
    501,
    'NotImplemented',
    'transfer coding gzip',
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

/** Resets a connection when its bytes are there, as a program does that is killed. */
async function reset(oss: LocalOss, bytes: string): Promise<void> {
  const socket = connect({ host: '127.0.0.1', port: Number(new URL(oss.endpoint).port) });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes, () => socket.resetAndDestroy());
  await once(socket, 'close');
}

ossTest('writes down a client that resets the connection in a head', async ({ oss }) => {
  // The bytes may be lost with the connection.
  await vi.waitFor(async () => {
    await reset(oss, 'GET /a-bucket HTTP/1.1\r\nho');
    expect(last(oss)).toMatchObject({ status: 499, code: 'ClientGone' });
  }, PATIENT);
});

ossTest('writes down once, with its reason, a request whose body breaks while it is served', async ({ oss }) => {
  await oss.createBucket('a-bucket');
  const { path, headers } = sign(oss, { method: 'PUT', bucket: 'a-bucket', key: 'a', scheme: 'v4-header' });
  const lines = Object.entries({ ...headers, host: '127.0.0.1', 'transfer-encoding': 'chunked' });
  const head = `PUT ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`;
  const answer = await exchange(oss, `${head}5\r\nhello\r\nnonsense\r\n`);
  expect(answer).toContain('HTTP/1.1 400 ');
  const broken = { status: 400, code: 'BadRequest', key: 'a', action: 'oss:PutObject' };
  expect(oss.journal.entries()).toMatchObject([broken]);
  expect(last(oss)?.decision?.at(-1)).toContain('chunk size');
  expect(answer).toContain(last(oss)?.requestId);
  oss.journal.clear();
  // Half a body: there is nobody to answer.
  expect(await exchange(oss, `${head}5\r\nhello\r\n`, true)).toBe('');
  expect(oss.journal.entries()).toMatchObject([{ ...broken, status: 499, code: 'ClientGone' }]);
  oss.journal.clear();
  // A request that was refused before its body broke has its answer.
  expect((await exchange(oss, `${head.replace('/a ', '/b ')}nonsense\r\n`)).match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);
  expect(oss.journal.entries()).toHaveLength(1);
});

ossTest('answers the requests before one that is not valid, and names that one', async ({ oss }) => {
  const request = 'GET /a-bucket HTTP/1.1\r\nhost: localhost\r\n\r\n';
  const answer = await exchange(oss, `${request}FOO /b HTTP/1.1\r\n\r\n`);
  expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 404', 'HTTP/1.1 400']);
  const byStatus = oss.journal.entries().toSorted((a, b) => b.status - a.status);
  expect(byStatus).toMatchObject([{ target: '/a-bucket' }, { method: 'FOO', target: '/b', status: 400 }]);
  const ids = [...answer.matchAll(/x-oss-request-id: (\w+)/g)].map((match) => match[1]);
  expect(byStatus.map(({ requestId }) => requestId)).toEqual(ids);
});

ossTest('answers a request with Connection: close once, whatever comes behind it', async ({ oss }) => {
  const request = 'GET /a-bucket HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n';
  for (const behind of [request, 'nonsense']) {
    const answer = await exchange(oss, request + behind);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(answer).toContain('NoSuchBucket');
    expect(oss.journal.entries().map(({ code }) => code)).toContain('BadRequest');
  }
});

describe('over TLS', () => {
  let oss: LocalOss;
  beforeAll(async () => {
    oss = await startLocalOss({ https: true });
  });
  beforeEach(() => oss.journal.clear());
  afterAll(() => oss.close());
  const place = () => ({ host: '127.0.0.1', port: Number(new URL(oss.https?.endpoint ?? '').port) });
  const expectReason = async (why: string): Promise<void> => {
    await vi.waitFor(() => expect(last(oss)?.decision?.join()).toContain(why), PATIENT);
    expect(last(oss)).toMatchObject({ status: 499, code: 'TlsHandshakeFailed' });
  };

  it('writes down a handshake that failed, in plain words', async () => {
    const socket = connect(place());
    socket.on('error', () => undefined);
    socket.end('GET / HTTP/1.1\r\n\r\n');
    await expectReason('The TLS handshake failed: http request.');
  });

  // Node verifies the certificate after the handshake of TLS 1.2, and before the server is done with that of TLS 1.3.
  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'writes down a %s client that does not trust the authority',
    async (only) => {
      secureConnect({ ...place(), minVersion: only, maxVersion: only }).on('error', () => undefined);
      await expectReason('it must trust the authority in https.caFile');
    },
  );
});
