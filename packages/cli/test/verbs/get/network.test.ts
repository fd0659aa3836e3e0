import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli, startCli } from '../../run-cli.ts';

test('a token that ends in the middle is renewed, once, and the download goes on', async ({ oss }) => {
  const home = await mkdtemp(path.join(tmpdir(), 'ossgrant-home-'));
  try {
    const content = randomBytes(20_000_000);
    await oss.put('my-bucket', 'large.bin', content);
    const { accessKeyId, accessKeySecret } = oss.owner;
    const keys = { access_key_id: accessKeyId, access_key_secret: accessKeySecret };
    const profile = { name: 'a', mode: 'RamRoleArn', ...keys, ram_role_arn: oss.roleArn, ram_session_name: 'alice' };
    await mkdir(path.join(home, '.aliyun'));
    await writeFile(path.join(home, '.aliyun', 'config.json'), JSON.stringify({ current: 'a', profiles: [profile] }));
    oss.faults.add({ method: 'GET', key: 'large.bin', skip: 1, expireToken: true });
    const env = {
      HOME: home,
      OSS_REGION: oss.region,
      OSS_ENDPOINT: oss.endpoint,
      ALIBABA_CLOUD_STS_ENDPOINT: oss.endpoint,
    };
    const { code } = await runCli(['get', 'oss://my-bucket/large.bin'], { env, cwd: home, secrets: [accessKeySecret] });
    expect(code).toBe(0);
    expect(content.equals(await readFile(path.join(home, 'large.bin')))).toBe(true);
    expect(oss.journal.entries().filter(({ method }) => method === 'POST')).toHaveLength(2);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test('goes through the proxy of the environment, but not to this machine', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'the content');
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(String(request.url));
    const { pathname, search } = new URL(String(request.url));
    const onward = get(`${oss.endpoint}${pathname}${search}`, { headers: request.headers }, (found) => {
      response.writeHead(found.statusCode ?? 502, found.headers);
      found.pipe(response);
    });
    onward.on('error', () => response.destroy());
  });
  proxy.listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  try {
    const env = { ...oss.environment(), HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    const args = ['get', 'oss://my-bucket/a.txt', '-o', '-'];
    const there = { ...env, OSS_ENDPOINT: 'http://oss-cn-hangzhou.aliyuncs.com' };
    expect((await runCli(args, { env: there })).stdout).toBe('the content');
    // Plain http is forwarded: few proxies allow a tunnel to port 80.
    expect(asked).toEqual(['http://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt']);
    expect((await runCli(args, { env })).stdout).toBe('the content');
    const { code } = await runCli(['grant', 'oss://my-bucket/a.txt'], { env, showsSecrets: true });
    expect(code).toBe(0);
    expect(asked).toHaveLength(1);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

test('reports each retry when nobody responds, and Ctrl-C ends the wait', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  const running = startCli(['get', `http://127.0.0.1:${port}/my-bucket/a.txt`, '-o', '-']);
  await running.printed(/the connection failed; retrying in \d+ s\n/);
  running.child.kill('SIGINT');
  expect((await running.ended).code).toBe(130);
});

test('a reader that has enough ends the download', async ({ oss }) => {
  await oss.put('my-bucket', 'large.bin', randomBytes(30_000_000));
  // All of it would take half a minute.
  const args = ['get', 'oss://my-bucket/large.bin', '-o', '-', '--limit-rate', '1MB/s'];
  const { child, ended } = startCli(args, { env: oss.environment() });
  child.stdout?.once('data', () => child.stdout?.destroy());
  expect((await ended).code).toBe(1);
});

test('links come from stdin, one a line', async ({ oss }) => {
  const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-get-'));
  try {
    await oss.put('my-bucket', 'a.txt', 'a');
    await oss.put('my-bucket', 'b.txt', 'b');
    const env = oss.environment();
    const { stdout: links } = await runCli(['sign', 'oss://my-bucket/a.txt', 'oss://my-bucket/b.txt'], { env });
    const { code, stdout } = await runCli(['get', '-'], { cwd, stdin: links });
    expect(code).toBe(0);
    expect(stdout.trim().split('\n').sort()).toEqual([path.join(cwd, 'a.txt'), path.join(cwd, 'b.txt')]);
    const nothing = await runCli(['get', '-'], { cwd, stdin: '\n' });
    expect(nothing).toMatchObject({ code: 4, stdout: '' });
    expect(nothing.stderr).toContain('stdin holds no link');
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
});

test.for([
  ['get', 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt'],
  ['sign', 'oss://my-bucket/', '--recursive'],
  ['doctor', 'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/a.txt', '--probe'],
])('a proxy that is not a URL is named, without what it holds: %j', async (args) => {
  const env = {
    OSS_REGION: 'cn-hangzhou',
    OSS_ACCESS_KEY_ID: 'LTAI5tExample',
    OSS_ACCESS_KEY_SECRET: 'example-secret',
    HTTPS_PROXY: 'user:pass word@proxy:3128',
  };
  const { code, stdout, stderr } = await runCli(args, { env, secrets: ['pass word'] });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('HTTPS_PROXY is not a valid proxy URL');
});
