import OSS from 'ali-oss';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { aliOss } from '../local-oss/ali-oss-client.ts';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { npmVersion } from '../local-oss/npm-version.ts';

let oss: LocalOss;
let folder: string;
const name = '@alicloud/credentials';
const version = npmVersion(name, import.meta.url);
const table = clientTable({ mark: 'credentials', name, version, origin: 'npm' });
beforeAll(async () => {
  oss = await startLocalOss({ https: true });
  await oss.put('client-bucket', 'a.txt', 'hello world');
  folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
});
afterAll(async () => {
  await oss.close();
  await rm(folder, { recursive: true, force: true });
});

// Node reads the certificates that it trusts once, at its start: hence a process for each.
const PROGRAM = `
  const { default: Credential, Config } = require('@alicloud/credentials');
  new Credential(new Config(JSON.parse(process.argv[1]))).getCredential().then(
    (credential) => console.log(JSON.stringify(credential)),
    (error) => { console.error(error.message); process.exitCode = 1; },
  );`;

/** What the unmodified package makes of a configuration. */
async function obtain(config: object, caFile = oss.https?.caFile): Promise<Credentials> {
  const env = { PATH: process.env['PATH'], ...(caFile === undefined ? {} : { NODE_EXTRA_CA_CERTS: caFile }) };
  const options = { cwd: join(import.meta.dirname, '..'), env };
  const args = ['--eval', PROGRAM, JSON.stringify(config)];
  const { stdout } = await promisify(execFile)(process.execPath, args, options);
  return JSON.parse(stdout) as Credentials;
}

const stsEndpoint = (): string => new URL(oss.https?.endpoint ?? '').host;
const read = async (credentials: Credentials): Promise<string> =>
  (await aliOss(oss, 'V4', { credentials }).get('a.txt')).content.toString();

function roleForTokens(): string {
  const Principal = { Federated: [oss.oidc.providerArn] };
  const Condition = { StringEquals: { 'oidc:sub': 'pod' } };
  return oss.addRole({
    name: 'pod',
    policies: [{ Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] }],
    trust: { Version: '1', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal, Condition }] },
  });
}

const ramRole = () => ({
  type: 'ram_role_arn',
  accessKeyId: oss.owner.accessKeyId,
  accessKeySecret: oss.owner.accessKeySecret,
  roleArn: oss.roleArn,
  roleSessionName: 'sdk',
  stsEndpoint: stsEndpoint(),
});

it('assumes a role over https', async () => {
  const credentials = await obtain(ramRole());
  expect(credentials.accessKeyId).toMatch(/^STS\./);
  expect(await read(credentials)).toBe('hello world');
  table.note('ram_role_arn over https', 'RPC V1 (HMAC-SHA1)');
});

it('does not talk to a server whose authority it does not trust', async () => {
  oss.journal.clear();
  await expect(obtain(ramRole(), join(folder, 'none.pem'))).rejects.toThrow(/certificate/);
  // The handshake is all there was.
  expect(oss.journal.entries().filter(({ code }) => code !== 'TlsHandshakeFailed')).toEqual([]);
});

it('gets an error when its secret is wrong', async () => {
  const wrong = { ...ramRole(), accessKeySecret: 'wrong' };
  await expect(obtain(wrong)).rejects.toThrow('the access key secret is invalid');
});

it('exchanges a token over https', async () => {
  const oidcTokenFilePath = join(folder, 'token');
  const common = { type: 'oidc_role_arn', oidcProviderArn: oss.oidc.providerArn, roleArn: roleForTokens() };
  const config = { ...common, oidcTokenFilePath, roleSessionName: 'sdk', stsEndpoint: stsEndpoint() };
  await writeFile(oidcTokenFilePath, await oss.oidc.issueToken({ subject: 'pod' }));
  expect(await read(await obtain(config))).toBe('hello world');
  await writeFile(oidcTokenFilePath, await oss.oidc.issueToken({ subject: 'pod', expiresIn: -1 }));
  await expect(obtain(config)).rejects.toThrow('AuthenticationFail.OIDCToken.Expired');
  table.note('oidc_role_arn over https', 'none');
});

it('asks a credentials URI whose server has assumed the role', async () => {
  const server = await serveCredentials();
  const { port } = server.address() as AddressInfo;
  try {
    const config = { type: 'credentials_uri', credentialsURI: `http://127.0.0.1:${port}/` };
    expect(await read(await obtain(config))).toBe('hello world');
  } finally {
    server.close();
  }
  table.note('credentials_uri', 'none');
});

/** A credentials URI as an application server has it. */
async function serveCredentials(): Promise<Server> {
  const { accessKeyId, accessKeySecret } = oss.owner;
  const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint: oss.endpoint });
  const { credentials } = await sts.assumeRole(oss.roleArn, undefined, 900, 'uri');
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ Code: 'Success', ...credentials }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

it('stands in docs/compatibility.md as it was seen', async () => {
  const { page, run } = await table.compare();
  expect(page).toBe(run);
});
