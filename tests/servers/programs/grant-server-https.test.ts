import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../start-postgres.mjs';
import { type Servers, startServers } from './start-servers.ts';

const run = promisify(execFile);
let servers: Servers;
let proxy: Server;
let origin: string;
let folder: string;

/** A proxy that ends TLS, as in front of a server on the internet. */
async function startProxy(port: number, target: () => string): Promise<Server> {
  const [key, cert] = [path.join(folder, 'key.pem'), path.join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  await run('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject]);
  const server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (message, response) => {
    const headers = { ...message.headers, 'x-forwarded-for': '203.0.113.7' };
    const forwarded = request(target() + (message.url ?? ''), { method: message.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    message.pipe(forwarded);
  });
  await new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return server;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'grant-https-'));
  const port = await freePort();
  origin = `https://localhost:${port}`;
  proxy = await startProxy(port, () => servers.urls[0] ?? '');
  servers = await startServers(1, { GRANT_PUBLIC_URL: origin, GRANT_TRUSTED_PROXIES: '127.0.0.1' });
}, 120_000);
afterAll(async () => {
  proxy.close();
  proxy.closeAllConnections();
  await servers.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function share(fields: Record<string, unknown>): Promise<{ id: string; url: string }> {
  const { id, urls } = await servers.share(fields);
  return { id, url: origin + new URL(urls[0] ?? '').pathname };
}

async function usesOf(id: string): Promise<number> {
  return ((await (await servers.api('GET', `/v1/shares/${id}`)).json()) as { uses: number }).uses;
}

test('curl keeps the Secure cookie of a use over https, for the path of its share, and repeats for free', async () => {
  const { id, url } = await share({ maxUses: 1, ip: '203.0.113.7' });
  const jar = path.join(folder, 'jar');
  const curl = [
    '-sSfL',
    '--cacert',
    path.join(folder, 'cert.pem'),
    '-o',
    path.join(folder, 'curl'),
    '-c',
    jar,
    '-b',
    jar,
  ];
  await run('curl', [...curl, url]);
  const [, domain, , cookiePath, secure, , name] =
    /^#HttpOnly_(\S+)\t(\S+)\t(\S+)\t(\S+)\t(\S+)\t(\S+)\t\S+$/m.exec(await readFile(jar, 'utf8')) ?? [];
  expect([domain, cookiePath, secure, name]).toEqual([
    'localhost',
    new URL(url).pathname,
    'TRUE',
    '__Secure-ossgrant-use',
  ]);
  await run('curl', [...curl, url]);
  expect(await usesOf(id)).toBe(1);
});

test('aria2 with four connections is one use over https', async () => {
  const { id, url } = await share({ maxUses: 1 });
  const tls = ['--check-certificate=false'];
  await run('aria2c', ['-q', '-x4', '-s4', '-k1M', ...tls, '-d', folder, '-o', 'aria2', '--allow-overwrite=true', url]);
  expect((await readFile(path.join(folder, 'aria2'))).length).toBe(1_300_000);
  expect(await usesOf(id)).toBe(1);
});
