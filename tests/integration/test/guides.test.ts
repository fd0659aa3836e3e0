import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { cached, chain, toProvider, type Credentials, type CredentialSource } from '@ossgrant/credentials-core';
import { credentialSourceContract } from '@ossgrant/credentials-core/testing';
import { allowDownload, assumeRole } from '@ossgrant/credentials-sts';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'reports/a.pdf', 'the report');
  await oss.put('my-bucket', 'private/b.pdf', 'not for you');
});
afterEach(() => oss.close());

/** The code blocks of a guide in one language. */
async function blocksOf(guide: string, language: string): Promise<readonly string[]> {
  const text = await readFile(join(import.meta.dirname, '../../../docs/guides', guide), 'utf8');
  return Array.from(text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, 'gms')), ([, block = '']) => block);
}

describe('the provider of write-a-provider.md', () => {
  type FromVault = (url: string, token: () => string) => CredentialSource;
  let vault: Server;
  let address: string;
  let asked: string[];
  let fromVault: FromVault;

  beforeEach(async () => {
    asked = [];
    const lease = assumeRole({
      caller: oss.owner,
      roleArn: oss.roleArn,
      sessionName: 'vault',
      scope: 'whole-role',
      endpoint: oss.endpoint,
    });
    const leases = cached(lease);
    vault = createServer(async (request, response) => {
      asked.push(request.url ?? '');
      const token = String(request.headers['x-vault-token']);
      if (token === 'slow-token') return;
      const refusals: Readonly<Record<string, number>> = { 'bad-token': 403, 'busy-token': 429, sealed: 503 };
      const refusal = refusals[token];
      if (refusal !== undefined) {
        response.writeHead(refusal).end('{"errors":["refused"]}');
        return;
      }
      const { accessKeyId, accessKeySecret, securityToken, expiration } = await leases.getCredentials();
      const data = { access_key: accessKeyId, secret_key: accessKeySecret, security_token: securityToken, expiration };
      response.end(JSON.stringify({ lease_id: 'alicloud/creds/download/1', data }));
    });
    await new Promise<void>((resolve) => vault.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${(vault.address() as AddressInfo).port}/v1/alicloud/creds/download`;
    fromVault = await loadGuide();
  });
  afterEach(async () => {
    vault.closeAllConnections();
    await new Promise((resolve) => vault.close(resolve));
  });

  async function loadGuide(): Promise<FromVault> {
    const [code = ''] = await blocksOf('write-a-provider.md', 'ts');
    // Beside this test, where the packages resolve.
    const folder = await mkdtemp(join(import.meta.dirname, 'guide-'));
    try {
      await writeFile(join(folder, 'from-vault.ts'), code);
      const module = (await import(join(folder, 'from-vault.ts'))) as { readonly fromVault: FromVault };
      return module.fromVault;
    } finally {
      await rm(folder, { recursive: true });
    }
  }

  it('signs links that work, and is asked once by a hundred callers', async () => {
    const credentials = toProvider(fromVault(address, () => 'good'));
    const where = { endpoint: oss.endpoint, region: oss.region, bucket: 'my-bucket' };
    const presigner = createPresigner({ ...where, credentials });
    const links = await Promise.all(
      Array.from({ length: 100 }, () => presigner.presign({ key: 'reports/a.pdf', expiresIn: '5m' })),
    );
    expect(asked).toEqual(['/v1/alicloud/creds/download']);
    expect(await (await fetch(links[99]?.url ?? '')).text()).toBe('the report');
  });

  it('shows a refusal as such and ends a chain, rather than using another key', async () => {
    const other: CredentialSource = { name: 'other', fetch: async () => oss.owner };
    const provider = cached(chain([fromVault(address, () => 'bad-token'), other]));
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'DENIED', message: 'vault: HTTP 403' });
  });

  it('calls a sealed vault unavailable, which passes', async () => {
    const provider = cached(fromVault(address, () => 'sealed'));
    await expect(provider.getCredentials()).rejects.toMatchObject({ code: 'UNAVAILABLE', retryable: true });
  });

  describe('keeps the contract of a source', () => {
    const contract = credentialSourceContract({
      healthy: () => fromVault(address, () => 'good-token'),
      denied: () => fromVault(address, () => 'bad-token'),
      throttled: () => fromVault(address, () => 'busy-token'),
      unreachable: () => fromVault('http://127.0.0.1:1', () => 'good-token'),
      hanging: () => fromVault(address, () => 'slow-token'),
      secrets: ['good-token', 'bad-token', 'busy-token', 'slow-token'],
    });
    for (const { name, skip, run } of contract)
      it.skipIf(skip !== undefined)(`it ${name}`, () => expect(run()).resolves.toBeUndefined());
  });

  it('is short: twenty-one lines, not counting those that only close a bracket', async () => {
    const [code = ''] = await blocksOf('write-a-provider.md', 'ts');
    const lines = code.split('\n').filter((line) => /\w/.test(line) && !line.startsWith('import'));
    expect(lines).toHaveLength(21);
  });
});

describe('the policies of set-up-ram.md', () => {
  /** Sets up what the guide says and gives the user's key and the role. */
  async function setUp(): Promise<{ readonly user: Credentials; readonly roleArn: string }> {
    const account = /::(\d+):/.exec(oss.roleArn)?.[1] ?? '';
    const json = await blocksOf('set-up-ram.md', 'json');
    const [userPolicy = '', trust = '', rolePolicy = ''] = json.map((text) =>
      text.replaceAll('1234567890123456', account),
    );
    const user = oss.addUser({ name: 'grant-server', policies: [userPolicy] });
    return { user, roleArn: oss.addRole({ name: 'download', policies: [rolePolicy], trust }) };
  }
  const assume = (caller: Credentials, roleArn: string, key: string): Promise<Credentials> =>
    toProvider(
      assumeRole({
        caller,
        roleArn,
        sessionName: 'alice',
        scope: allowDownload({ bucket: 'my-bucket', key }),
        endpoint: oss.endpoint,
      }),
    ).getCredentials();

  function signed(credentials: Credentials, key: string, method = 'GET') {
    const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
    return signHeadersV4({ method, endpoint, bucket: 'my-bucket', key }, credentials, { date: oss.clock.now() });
  }
  async function statusOf(credentials: Credentials, key: string, method?: string): Promise<number> {
    const { origin, path, headers } = signed(credentials, key, method);
    return (await fetch(origin + path, { headers, ...(method === undefined ? {} : { method }) })).status;
  }

  it('let the user hand out an object of the role, and nothing besides', async () => {
    const { user, roleArn } = await setUp();
    const granted = await assume(user, roleArn, 'reports/a.pdf');
    expect(await statusOf(granted, 'reports/a.pdf')).toBe(200);
    expect(await statusOf(granted, 'reports/a.pdf', 'DELETE')).toBe(403);
    const beyond = await assume(user, roleArn, 'private/b.pdf');
    expect(await statusOf(beyond, 'private/b.pdf')).toBe(403);
    expect(await statusOf(user, 'reports/a.pdf')).toBe(403);
  });

  it('let nobody else assume the role, and the user no other role', async () => {
    const { user, roleArn } = await setUp();
    await expect(assume(user, oss.roleArn, 'reports/a.pdf')).rejects.toMatchObject({ code: 'DENIED' });
    await expect(assume(oss.owner, roleArn, 'reports/a.pdf')).rejects.toMatchObject({ code: 'DENIED' });
  });

  it('let a page on the origin that is named read with temporary credentials, and no other page', async () => {
    const { user, roleArn } = await setUp();
    const { CORSRule } = JSON.parse((await blocksOf('set-up-ram.md', 'json'))[3] ?? '') as {
      readonly CORSRule: readonly Record<string, never>[];
    };
    const cors = CORSRule.map((rule) => ({
      allowedOrigins: rule['AllowedOrigin'] ?? [],
      allowedMethods: rule['AllowedMethod'] ?? [],
      allowedHeaders: rule['AllowedHeader'] ?? [],
      exposeHeaders: rule['ExposeHeader'] ?? [],
    }));
    oss.configureBucket('my-bucket', { cors });
    const { origin, path, headers } = signed(await assume(user, roleArn, 'reports/a.pdf'), 'reports/a.pdf');
    const sent = [...Object.keys(headers), 'range', 'if-match'].filter((name) => name !== 'host');
    const preflight = async (page: string): Promise<number> => {
      const asking = { origin: page, 'access-control-request-method': 'GET' };
      const named = { ...asking, 'access-control-request-headers': sent.join(', ') };
      return (await fetch(origin + path, { method: 'OPTIONS', headers: named })).status;
    };
    expect(await preflight('https://app.example.com')).toBe(200);
    expect(await preflight('https://evil.example.com')).toBe(403);
    const answer = await fetch(origin + path, { headers: { ...headers, origin: 'https://app.example.com' } });
    expect(answer.headers.get('access-control-expose-headers')).toContain('x-oss-hash-crc64ecma');
  });
});
