import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { request as httpsRequest } from 'node:https';
import { connect as connectPlainly, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LocalOss } from '../../src/local-oss.ts';
import { startLocalOss } from '../../src/start-local-oss.ts';
import { call, policy, send, sign, type Ask } from '../kit.ts';

let oss: LocalOss;
beforeAll(async () => {
  oss = await startLocalOss({ https: true, cnames: { 'files.example.com': 'tls-bucket' } });
  await oss.put('tls-bucket', 'a.txt', 'hello world');
});
afterAll(() => oss.close());

type Got = Promise<{ readonly status: number; readonly text: string }>;

/** Gets a signed path over TLS; rejects as a client does that does not trust the server. */
const get = (path: string, ca: string | undefined): Got => request('GET', path, ca);

function request(method: string, path: string, ca: string | undefined, headers = {}): Got {
  const url = new URL(oss.https?.endpoint ?? '');
  return new Promise((resolve, reject) => {
    const trust = ca === undefined ? {} : { ca };
    const options = { hostname: url.hostname, port: url.port, method, path, headers, agent: false, ...trust };
    httpsRequest(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

const signed = (): string => sign(oss, { bucket: 'tls-bucket', key: 'a.txt' }).path;

it('serves over TLS to who trusts its authority, and to nobody else', async () => {
  expect(await get(signed(), oss.https?.ca)).toEqual({ status: 200, text: 'hello world' });
  await expect(get(signed(), undefined)).rejects.toMatchObject({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

it('names an object that was uploaded in parts by its https URL', async () => {
  const object = { method: 'POST', bucket: 'tls-bucket', key: 'parts' } as const;
  const begun = await call(oss, { ...object, query: { uploads: null } });
  const uploadId = /<UploadId>([^<]*)/.exec(begun.text)?.[1] ?? '';
  const { path, headers } = sign(oss, { ...object, query: { uploadId }, headers: { 'x-oss-complete-all': 'yes' } });
  const { text } = await request('POST', path, oss.https?.ca, headers);
  expect(text).toContain(`<Location>${oss.https?.endpoint}/tls-bucket/parts</Location>`);
});

it('serves by a link the version that it names', async () => {
  const bucket = 'version-bucket';
  await oss.createBucket(bucket);
  const asked = (ask: Ask, body?: string) => call(oss, { bucket, ...ask }, body);
  const versioning = '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>';
  await asked({ method: 'PUT', query: { versioning: null } }, versioning);
  const { headers } = await asked({ method: 'PUT', key: 'a' }, 'first');
  await asked({ method: 'PUT', key: 'a' }, 'second');
  await asked({ method: 'DELETE', key: 'a' });
  const versionId = String(headers['x-oss-version-id']);
  for (const scheme of ['v1-url', 'v4-url'] as const) {
    const { path } = sign(oss, { bucket, key: 'a', query: { versionId }, scheme });
    expect(await get(path, oss.https?.ca)).toEqual({ status: 200, text: 'first' });
    expect((await get(path.replace(versionId, 'null'), oss.https?.ca)).status).toBe(403);
    expect((await get(sign(oss, { bucket, key: 'a', scheme }).path, oss.https?.ca)).status).toBe(404);
  }
});

it('shows policies whether TLS was used', async () => {
  const secure = { Bool: { 'acs:SecureTransport': 'true' } };
  const statement = {
    Effect: 'Allow',
    Action: 'oss:GetObject',
    Resource: 'acs:oss:*:*:tls-bucket/*',
    Principal: ['*'],
  };
  oss.configureBucket('tls-bucket', { policy: policy({ ...statement, Condition: secure }) });
  expect((await get('/tls-bucket/a.txt', oss.https?.ca)).status).toBe(200);
  expect((await send(oss, { method: 'GET', path: '/tls-bucket/a.txt', headers: {} })).status).toBe(403);
});

it.each([
  'localhost',
  'oss-cn-hangzhou.localhost',
  'tls-bucket.oss-cn-hangzhou.localhost',
  'tls-bucket.oss-cn-hangzhou.aliyuncs.com',
  'tls-bucket.oss-cn-hangzhou-internal.aliyuncs.com',
  'oss-cn-hangzhou.aliyuncs.com',
  'sts.aliyuncs.com',
  'sts.cn-hangzhou.aliyuncs.com',
  'files.example.com',
])('goes by the name %s', async (servername) => {
  const port = Number(new URL(oss.https?.endpoint ?? '').port);
  const socket = connect({ host: '127.0.0.1', port, servername, ca: oss.https?.ca ?? '' });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  expect(socket.authorized).toBe(true);
  socket.destroy();
});

it('does not go by a name that is nothing of its own', async () => {
  const port = Number(new URL(oss.https?.endpoint ?? '').port);
  const socket = connect({ host: '127.0.0.1', port, servername: 'example.org', ca: oss.https?.ca ?? '' });
  const failure = new Promise((resolve, reject) => socket.once('error', resolve).once('secureConnect', reject));
  expect(await failure).toMatchObject({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
});

it('ends a connection that speaks no TLS, and goes on serving', async () => {
  const port = Number(new URL(oss.https?.endpoint ?? '').port);
  const socket = connectPlainly({ host: '127.0.0.1', port });
  socket.on('error', () => undefined).end('GET / HTTP/1.1\r\n\r\n');
  await new Promise((resolve) => socket.once('close', resolve));
  expect((await get(signed(), oss.https?.ca)).status).toBe(200);
});

it('does not wait, when it is closed, for a handshake that never comes', async () => {
  const server = await startLocalOss({ https: true });
  const socket = connectPlainly({ host: '127.0.0.1', port: Number(new URL(server.https?.endpoint ?? '').port) });
  const ended = new Promise((resolve) => socket.on('error', resolve).once('close', resolve));
  await new Promise((resolve) => socket.once('connect', resolve));
  await server.close();
  await ended;
  expect(socket.destroyed).toBe(true);
});

describe('the file with the certificate', () => {
  it('lies in the directory, and holds no key', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
    const server = await startLocalOss({ https: true, directory });
    expect(server.https?.caFile).toBe(join(directory, 'local-oss-ca.pem'));
    const text = await readFile(server.https?.caFile ?? '', 'utf8');
    expect(text).toBe(server.https?.ca);
    expect(text).not.toContain('PRIVATE');
    await server.close();
    await rm(directory, { recursive: true });
  });

  it('is named in the environment, is another one at each start, and goes with the server', async () => {
    const server = await startLocalOss({ https: true });
    const file = server.environment()['NODE_EXTRA_CA_CERTS'] ?? '';
    expect(await readFile(file, 'utf8')).toBe(server.https?.ca);
    await expect(get(signed(), server.https?.ca)).rejects.toThrow('unable to verify');
    await server.close();
    expect(existsSync(file)).toBe(false);
  });
});

it('has no TLS unless it is asked for', async () => {
  const plain = await startLocalOss();
  expect(plain).not.toHaveProperty('https');
  expect(plain.environment()).not.toHaveProperty('NODE_EXTRA_CA_CERTS');
  await plain.close();
});

it('listens nowhere when the certificate cannot be written', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'local-oss-'));
  await mkdir(join(directory, 'local-oss-ca.pem'));
  const probe = await startLocalOss();
  const port = Number(new URL(probe.endpoint).port);
  await probe.close();
  await expect(startLocalOss({ https: true, directory, port })).rejects.toMatchObject({ code: 'EISDIR' });
  const again = await startLocalOss({ port });
  await again.close();
  await rm(directory, { recursive: true });
});

/** Opens a tunnel through the plain server, and says what that answered. */
async function tunnel(target: string): Promise<{ readonly socket: Socket; readonly answer: string }> {
  const { hostname, port } = new URL(oss.endpoint);
  const socket = connectPlainly({ host: hostname, port: Number(port) });
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return { socket, answer: answer.toString() };
}

it.each(['tls-bucket.oss-cn-hangzhou.aliyuncs.com', 'files.example.com'])(
  'as an https proxy leads a tunnel to %s to itself',
  async (host) => {
    const { socket, answer } = await tunnel(`${host}:443`);
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
    const secured = connect({ socket, servername: host, ca: oss.https?.ca ?? '' });
    const { path } = sign(oss, { bucket: 'tls-bucket', key: 'a.txt' });
    const target = path.replace('/tls-bucket', '');
    secured.write(`GET ${target} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect((await secured.setEncoding('utf8').toArray()).join('')).toMatch(/ 200 OK[^]*hello world$/);
    expect(oss.journal.entries().at(-1)).toMatchObject({ host, status: 200, scheme: 'v4-url' });
  },
);

it('opens no tunnel to anywhere else', async () => {
  const { answer } = await tunnel('example.com:443');
  expect(answer).toMatch(/^HTTP\/1\.1 501 /);
  expect(oss.journal.entries().at(-1)?.decision?.[0]).toContain('can only lead to a name of OSS or STS');
});
