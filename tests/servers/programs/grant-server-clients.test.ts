import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { fromUrl } from '@ossgrant/http-downloader';
import OSS from 'ali-oss';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { BUCKET, type Servers, startServers } from './start-servers.ts';

const require = createRequire(import.meta.url);
// Its declarations do not fit what it exports: what this test uses of it.
interface AlibabaCloudCredentials {
  readonly default: new (config: object) => {
    getCredential(): Promise<{ readonly accessKeyId: string; readonly securityToken: string }>;
  };
  readonly Config: new (fields: object) => object;
}
const { Config, default: Credential } = require('@alicloud/credentials') as AlibabaCloudCredentials;
const run = promisify(execFile);
// Node does not resolve `*.localhost`.
const agent = new Agent({
  lookup: (_, options, callback) =>
    options.all === true ? callback(null, [{ address: '127.0.0.1', family: 4 }]) : callback(null, '127.0.0.1', 4),
});
const CONTENT = 'content of a\n'.repeat(100_000);
let servers: Servers;
let folder: string;
beforeAll(async () => {
  servers = await startServers(1);
  folder = await mkdtemp(path.join(tmpdir(), 'grant-clients-'));
}, 120_000);
afterAll(async () => {
  await servers.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);

async function usesOf(id: string): Promise<number> {
  return ((await (await servers.api('GET', `/v1/shares/${id}`)).json()) as { uses: number }).uses;
}

test.each([
  ['curl', (url: string, file: string) => ['-sfL', '-o', file, url]],
  ['wget', (url: string, file: string) => ['-q', '-O', file, url]],
])('%s downloads a share with one use', async (program, args) => {
  const { id, urls } = await servers.share({ maxUses: 1 });
  const file = path.join(folder, program);
  await run(program, args(urls[0] ?? '', file));
  expect(await readFile(file, 'utf8')).toBe(CONTENT);
  expect(await usesOf(id)).toBe(1);
});

test('aria2 with four connections downloads a share, its later requests free by the cookie', async () => {
  const { id, urls } = await servers.share({});
  const args = ['-q', '-x4', '-s4', '-k1M', '-d', folder, '-o', 'aria2', '--allow-overwrite=true', urls[0] ?? ''];
  await run('aria2c', args);
  expect(await readFile(path.join(folder, 'aria2'), 'utf8')).toBe(CONTENT);
  expect(await usesOf(id)).toBe(1);
});

test('http-downloader downloads a share', async () => {
  const { urls } = await servers.share({});
  const file = path.join(folder, 'ours');
  const { bytes } = await downloadToFile(fromUrl(urls[0] ?? ''), file);
  expect([bytes, await readFile(file, 'utf8')]).toEqual([CONTENT.length, CONTENT]);
});

async function makeHandle(): Promise<string> {
  const body = { bucket: BUCKET, key: 'reports/a.txt', sessionName: 'phone-7' };
  return ((await (await servers.api('POST', '/v1/grant-handles', body)).json()) as { url: string }).url;
}

test('ali-oss refreshes its token from a handle and reads the object', async () => {
  const url = (await makeHandle()).replace(/^http:\/\/[^/]+/, servers.urls[0] ?? '');
  const read = async (): Promise<{ accessKeyId: string; accessKeySecret: string; stsToken: string }> => {
    const given = (await (await fetch(url)).json()) as Record<string, string>;
    return {
      accessKeyId: given['accessKeyId'] ?? '',
      accessKeySecret: given['accessKeySecret'] ?? '',
      stsToken: given['securityToken'] ?? '',
    };
  };
  const client = new OSS({
    ...(await read()),
    refreshSTSToken: read,
    refreshSTSTokenInterval: 0,
    bucket: BUCKET,
    // By virtual host, as against the cloud.
    endpoint: servers.oss.endpoint.replace('127.0.0.1', 'oss-cn-hangzhou.localhost'),
    region: 'oss-cn-hangzhou',
    authorizationV4: true,
    agent,
  });
  const { content } = await client.get('reports/a.txt');
  expect(String(content)).toBe(CONTENT);
});

test('@alicloud/credentials takes a handle as its credentials URI', async () => {
  const url = (await makeHandle()).replace(/^http:\/\/[^/]+/, servers.urls[0] ?? '');
  const client = new Credential(new Config({ type: 'credentials_uri', credentialsURI: `${url}/uri` }));
  const { accessKeyId, securityToken } = await client.getCredential();
  expect(accessKeyId).toMatch(/^STS\./);
  expect(securityToken).toBeTruthy();
});

test("the API's description passes Redocly's strict rules, offline", async () => {
  const document = await (await fetch(`${servers.urls[0]}/openapi.json`)).text();
  const file = path.join(folder, 'openapi.json');
  await writeFile(file, document);
  const redocly = path.join(import.meta.dirname, '../node_modules/.bin/redocly');
  const { status, stdout, stderr } = spawnSync(redocly, ['lint', file, '--extends=recommended-strict'], {
    encoding: 'utf8',
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', CI: 'true' },
  });
  expect(status, stdout + stderr).toBe(0);
}, 180_000);
