import { CredentialError, toProvider, type Credentials } from '@ossgrant/credentials-core';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assumeRole, type AssumeRoleOptions } from '../src/assume-role.ts';
import { allowDownload } from '../src/policy/allow-download.ts';
import { mergePolicies } from '../src/policy/merge-policies.ts';

let oss: LocalOss;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'granted.txt', 'granted');
  await oss.put('my-bucket', 'other.txt', 'other');
});
afterEach(() => oss.close());

const options = (changes: Partial<AssumeRoleOptions> = {}): AssumeRoleOptions => ({
  caller: oss.owner,
  roleArn: oss.roleArn,
  sessionName: 'alice',
  scope: allowDownload({ bucket: 'my-bucket', key: 'granted.txt' }),
  endpoint: oss.endpoint,
  ...changes,
});
const obtain = (changes?: Partial<AssumeRoleOptions>): Promise<Credentials> =>
  toProvider(assumeRole(options(changes))).getCredentials();

async function read(credentials: Credentials, key: string): Promise<Response> {
  const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
  const signed = signHeadersV4({ method: 'GET', endpoint, bucket: 'my-bucket', key }, credentials, {
    date: oss.clock.now(),
  });
  return fetch(signed.origin + signed.path, { headers: signed.headers });
}

async function list(credentials: Credentials, prefix: string): Promise<Response> {
  const endpoint = resolveEndpoint({ endpoint: oss.endpoint, region: oss.region });
  const query = { 'list-type': '2', prefix };
  const signed = signHeadersV4({ method: 'GET', endpoint, bucket: 'my-bucket', query }, credentials, {
    date: oss.clock.now(),
  });
  return fetch(signed.origin + signed.path, { headers: signed.headers });
}

describe('assumeRole', () => {
  it('gets credentials that read the granted object and no other', async () => {
    const credentials = await obtain();
    expect(credentials.accessKeyId).toMatch(/^STS\./);
    expect(await (await read(credentials, 'granted.txt')).text()).toBe('granted');
    expect((await read(credentials, 'other.txt')).status).toBe(403);
  });

  it('gives the whole role only when that is said', async () => {
    const credentials = await obtain({ scope: 'whole-role' });
    expect(await (await read(credentials, 'other.txt')).text()).toBe('other');
  });

  it('gets credentials for a prefix that read and list under it, and nowhere else', async () => {
    await oss.put('my-bucket', 'team-a/report.txt', 'report');
    const scope = allowDownload({ bucket: 'my-bucket', prefix: 'team-a/', list: true, sourceIp: '127.0.0.0/8' });
    const credentials = await obtain({ scope });
    expect(await (await read(credentials, 'team-a/report.txt')).text()).toBe('report');
    expect((await read(credentials, 'other.txt')).status).toBe(403);
    expect((await list(credentials, 'team-a/')).status).toBe(200);
    expect((await list(credentials, '')).status).toBe(403);
  });

  it('may not be used from elsewhere, or after its end, when that is a condition', async () => {
    const granted = { bucket: 'my-bucket', key: 'granted.txt' };
    for (const condition of [{ sourceIp: '203.0.113.7' }, { until: new Date(0) }, { secureTransport: true }]) {
      const credentials = await obtain({ scope: allowDownload({ ...granted, ...condition }) });
      expect((await read(credentials, 'granted.txt')).status).toBe(403);
    }
  });

  it('goes on after STS throttled it', async () => {
    oss.faults.throttleSts(2);
    expect((await obtain({ sleep: async () => {} })).securityToken).toBeDefined();
  });

  it('asks for an hour by default, or for the given duration', async () => {
    const lifetime = async (changes?: Partial<AssumeRoleOptions>): Promise<number> =>
      ((await obtain(changes)).expiration as Date).getTime() - Date.now();
    expect(await lifetime()).toBeGreaterThan(3_590_000);
    const short = await lifetime({ durationSeconds: 900 });
    expect(short).toBeLessThanOrEqual(900_000);
    expect(short).toBeGreaterThan(890_000);
  });

  it('puts everything into the body of a POST, and follows no redirect', async () => {
    const calls: [url: unknown, init: RequestInit | undefined][] = [];
    await obtain({
      fetch: (input, init) => {
        calls.push([input, init]);
        return fetch(input, init);
      },
    });
    expect(calls).toHaveLength(1);
    const [url, init] = calls[0] ?? [];
    expect(url).toBe(`${oss.endpoint}/`);
    expect(init).toMatchObject({ method: 'POST', redirect: 'manual' });
    expect(init?.body).toMatch(/Signature=/);
  });

  it('refuses to chain on: a session without the right to assume roles is denied', async () => {
    const failure = obtain({ caller: await obtain() });
    await expect(failure).rejects.toMatchObject({ code: 'DENIED', serviceCode: 'NoPermission', status: 403 });
  });

  it('reports an unknown role as denied, with request id, not retryable', async () => {
    const failure = obtain({ roleArn: `${oss.roleArn}-other` });
    await expect(failure).rejects.toMatchObject({
      code: 'DENIED',
      retryable: false,
      serviceCode: 'EntityNotExist.Role',
      requestId: expect.stringMatching(/^[0-9A-F]{24}$/) as string,
    });
  });

  it('reports a wrong secret without echoing the string to sign', async () => {
    const caller = { accessKeyId: oss.owner.accessKeyId, accessKeySecret: 'wrong-secret' };
    const failure = await obtain({ caller }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'INVALID_CONFIG', serviceCode: 'SignatureDoesNotMatch' });
    expect((failure as Error).message).not.toMatch(/wrong-secret|POST&%2F/);
  });

  it('reports each refusal of a key to the caller’s provider', async () => {
    const rejections: unknown[] = [];
    const key = { accessKeyId: 'LTAIunknown', accessKeySecret: 'secret' };
    const caller = {
      getCredentials: async (): Promise<Credentials> => key,
      invalidate: (rejected: Credentials, reason: string) => void rejections.push([rejected, reason]),
    };
    await expect(obtain({ caller })).rejects.toThrow(CredentialError);
    expect(rejections).toEqual([
      [key, 'unknown-key'],
      [key, 'unknown-key'],
    ]);
  });

  it.each([
    ['roleArn', { roleArn: 'reader' }],
    ['sessionName', { sessionName: 'a' }],
    ['sessionName', { sessionName: 'a[b' }],
    ['durationSeconds', { durationSeconds: 899 }],
    ['durationSeconds', { durationSeconds: 1800.5 }],
    ['externalId', { externalId: '!' }],
    ['STS endpoint', { endpoint: 'http://sts.aliyuncs.com' }],
    ['STS endpoint', { endpoint: 'https://sts.aliyuncs.com/path' }],
  ])('refuses a malformed %s before any call', (name, changes) => {
    expect(() => assumeRole(options(changes))).toThrow(name);
    expect(oss.journal.entries()).toHaveLength(0);
  });

  it.each<[object, string]>([
    [{ scope: undefined }, 'assumeRole: scope'],
    [{ scope: 'whole role' }, 'assumeRole: scope must be a session policy, or "whole-role"'],
    [{ scope: {} }, 'assumeRole: scope must be a session policy, or "whole-role"'],
    [{ scope: null }, 'assumeRole: scope must be a session policy, or "whole-role"'],
    [{ caller: undefined }, 'assumeRole: caller'],
    [{ externalId: 7 }, 'assumeRole: externalId must be a string'],
    [{ policy: {} }, 'Did you mean scope?'],
  ])('refuses %j, which could grant the whole role, before any call', (changes, message) => {
    expect(() => assumeRole({ ...options(), ...changes })).toThrow(message);
    expect(oss.journal.entries()).toHaveLength(0);
  });

  it('calls the fetch that was given as a function, as workerd and browsers demand', async () => {
    async function strict(this: unknown, ...call: Parameters<typeof fetch>): Promise<Response> {
      if (this !== undefined && this !== globalThis) throw new TypeError('Illegal invocation');
      return fetch(...call);
    }
    expect((await obtain({ fetch: strict })).accessKeyId).toMatch(/^STS\./);
  });

  it('gets credentials for several objects and folders that read each of them, and no other', async () => {
    await oss.put('my-bucket', 'team-a/report.txt', 'report');
    const scope = mergePolicies([
      allowDownload({ bucket: 'my-bucket', key: 'granted.txt' }),
      allowDownload({ bucket: 'my-bucket', prefix: 'team-a/' }),
    ]);
    const credentials = await obtain({ scope });
    expect((await read(credentials, 'granted.txt')).status).toBe(200);
    expect((await read(credentials, 'team-a/report.txt')).status).toBe(200);
    expect((await read(credentials, 'other.txt')).status).toBe(403);
  });

  it('takes a session name with a hyphen', async () => {
    expect((await obtain({ sessionName: 'alice-b' })).securityToken).toBeDefined();
  });
});
