import OSS from 'ali-oss';
import { createRequire } from 'node:module';
import { Config } from '@alicloud/openapi-client';
import { cached, type CachedProvider, type Credentials } from '@ossgrant/credentials-core';
import { fromAlibabaCloudCredential, toAlibabaCloudCredential, toAliOss } from '@ossgrant/credentials-remote/interop';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aliOss } from '../local-oss/ali-oss-client.ts';

// Imported, these CommonJS packages show their names only behind `default`.
const require = createRequire(import.meta.url);
// oxlint-disable-next-line typescript/consistent-type-imports -- an import statement gives another shape of it
type AlibabaCloudCredentials = typeof import('@alicloud/credentials');
// oxlint-disable-next-line typescript/consistent-type-imports -- an import statement gives another shape of it
type Sts20150401 = typeof import('@alicloud/sts20150401');
const { default: Credential } = require('@alicloud/credentials') as AlibabaCloudCredentials;
const { default: Sts } = require('@alicloud/sts20150401') as Sts20150401;

let oss: LocalOss;
let provider: CachedProvider;
/** Keys that the provider fetched. */
let fetched: Credentials[];
let offsetMs: number;

beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('client-bucket', 'a.txt', 'hello world');
  fetched = [];
  offsetMs = 0;
  const clock = { now: () => Date.now() + offsetMs, monotonic: () => performance.now() + offsetMs };
  provider = cached({ name: 'sts', fetch: assumed }, { clock });
});
afterEach(async () => {
  await provider.close();
  await oss.close();
});

async function assumed(): Promise<Credentials> {
  const { accessKeyId, accessKeySecret } = oss.owner;
  const sts = new OSS.STS({ accessKeyId, accessKeySecret, endpoint: oss.endpoint });
  const { credentials } = await sts.assumeRole(oss.roleArn, undefined, 900, 'interop');
  const key = {
    accessKeyId: credentials.AccessKeyId,
    accessKeySecret: credentials.AccessKeySecret,
    securityToken: credentials.SecurityToken,
    // Time that has gone by for the provider has not for the server.
    expiration: new Date(Date.parse(credentials.Expiration) + offsetMs),
  };
  fetched.push(key);
  return key;
}

/** Time goes by for the provider, and the keys that it fetched end. */
function expireAll(): void {
  offsetMs += 3_600_000;
  for (const key of fetched) oss.expireToken(key);
}

describe('@alicloud/credentials', () => {
  const sts = (credential: InstanceType<typeof Credential>): InstanceType<typeof Sts> =>
    new Sts(new Config({ credential, endpoint: new URL(oss.endpoint).host, protocol: 'HTTP' }));

  it('signs with temporary credentials of ours, and with the new ones when they were renewed', async () => {
    const client = sts(new Credential(null, toAlibabaCloudCredential(provider)));
    expect((await client.getCallerIdentity()).body?.arn).toMatch(/assumed-role\/ossgrant-reader\/interop$/);
    await client.getCallerIdentity();
    expect(fetched).toHaveLength(1);
    offsetMs += 3_600_000;
    await client.getCallerIdentity();
    expect(fetched).toHaveLength(2);
  });

  it('signs with a lasting key of ours', async () => {
    const client = sts(new Credential(null, toAlibabaCloudCredential(oss.owner)));
    expect((await client.getCallerIdentity()).body?.arn).toMatch(/user\/owner$/);
  });

  it('asks once for fifty concurrent calls', async () => {
    const credential = new Credential(null, toAlibabaCloudCredential(provider));
    const keys = await Promise.all(Array.from({ length: 50 }, () => credential.getCredential()));
    expect(new Set(keys.map(({ accessKeyId }) => accessKeyId)).size).toBe(1);
    expect(fetched).toHaveLength(1);
  });

  it('answers its older questions too', async () => {
    const credential = new Credential(null, toAlibabaCloudCredential(provider));
    const key = await provider.getCredentials();
    expect(await credential.getAccessKeyId()).toBe(key.accessKeyId);
    expect(await credential.getAccessKeySecret()).toBe(key.accessKeySecret);
    expect(await credential.getSecurityToken()).toBe(key.securityToken);
    expect(credential.getType()).toBe('ossgrant');
    const { getBearerToken, getType } = toAlibabaCloudCredential(provider);
    expect([getBearerToken(), getType()]).toEqual(['', 'sts']);
  });

  it.each([
    ['access_key', undefined],
    ['sts', 'token'],
  ])('is a source of its %s credentials for us', async (type, securityToken) => {
    const key = { accessKeyId: 'their-id', accessKeySecret: 'secret', ...(securityToken && { securityToken }) };
    const { Config: CredentialConfig } = require('@alicloud/credentials') as AlibabaCloudCredentials;
    const client = new Credential(new CredentialConfig({ type, ...key }));
    const credentials = await cached(fromAlibabaCloudCredential(client)).getCredentials();
    expect(credentials.accessKeyId).toBe('their-id');
    expect(credentials.securityToken).toBe(securityToken);
  });

  it('fails without the words of its errors, which quote what it read', async () => {
    const getCredential = async (): Promise<never> => {
      throw new Error('Failed to parse credential: secret-value');
    };
    const failure: unknown = await cached(fromAlibabaCloudCredential({ getCredential }))
      .getCredentials()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    expect(JSON.stringify(failure, ['message', 'stack', 'cause'])).not.toContain('secret-value');
  });

  it('names what a client leaves out', async () => {
    const getCredential = async (): Promise<object> => ({ accessKeyId: 'id' });
    const incomplete = cached(fromAlibabaCloudCredential({ getCredential }));
    await expect(incomplete.getCredentials()).rejects.toThrow('accessKeySecret is missing');
  });
});

describe('ali-oss', () => {
  const read = async (client: OSS): Promise<string> => (await client.get('a.txt')).content.toString();

  it.each(['V1', 'V4'] as const)(
    'goes on over an expiry with %s, by one renewal for eight requests',
    async (version) => {
      const client = aliOss(oss, version, await toAliOss(provider));
      expect(await read(client)).toBe('hello world');
      expect(fetched).toHaveLength(1);
      expireAll();
      const texts = await Promise.all(Array.from({ length: 8 }, () => read(client)));
      expect(new Set(texts)).toEqual(new Set(['hello world']));
      expect(fetched).toHaveLength(2);
    },
  );

  it('reports that STS is down instead of sending an expired key, and recovers', async () => {
    const client = aliOss(oss, 'V4', await toAliOss(provider));
    expireAll();
    oss.faults.throttleSts();
    const before = oss.journal.entries().filter(({ method }) => method === 'GET').length;
    await expect(read(client)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
    expect(oss.journal.entries().filter(({ method }) => method === 'GET')).toHaveLength(before);
    // Whatever the provider waits between failures is over then.
    offsetMs += 120_000;
    expect(await read(client)).toBe('hello world');
  });

  it('is refused a lasting key, which it would never renew', async () => {
    await expect(toAliOss(oss.owner)).rejects.toMatchObject({ code: 'INVALID_CONFIG' });
  });
});
