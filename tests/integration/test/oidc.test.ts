import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cached, type Clock, type Credentials } from '@ossgrant/credentials-core';
import { defaultChain } from '@ossgrant/credentials-default';
import { allowDownload, assumeRoleWithOidc } from '@ossgrant/credentials-sts';
import { oidcTokenFile } from '@ossgrant/credentials-sts/oidc-file';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { createPresigner } from '@ossgrant/url-presigner';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const SUBJECT = 'system:serviceaccount:shop:reports';

let oss: LocalOss;
let roleArn: string;
let folder: string;
let tokenFile: string;
let clock: Clock;
beforeEach(async () => {
  oss = await startLocalOss();
  await oss.put('my-bucket', 'a.txt', 'hello world');
  await oss.put('my-bucket', 'b.txt', 'not for you');
  const { issuer, providerArn } = oss.oidc;
  roleArn = oss.addRole({
    name: 'reports',
    policies: [{ Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:GetObject', Resource: '*' }] }],
    trust: {
      Version: '1',
      Statement: [
        {
          Effect: 'Allow',
          Action: 'sts:AssumeRole',
          Principal: { Federated: [providerArn] },
          Condition: { StringEquals: { 'oidc:iss': issuer, 'oidc:aud': 'sts.aliyuncs.com', 'oidc:sub': SUBJECT } },
        },
      ],
    },
  });
  folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  tokenFile = join(folder, 'token');
  await mount({ subject: SUBJECT });
  clock = { now: () => oss.clock.now().getTime(), monotonic: () => oss.clock.now().getTime() };
});
afterEach(async () => {
  await oss.close();
  await rm(folder, { recursive: true, force: true });
});

/** Replaces the token as a cluster does: a file that ends with a line break. */
async function mount(token: { readonly subject: string; readonly expiresIn?: number }): Promise<void> {
  await writeFile(tokenFile, `${await oss.oidc.issueToken(token)}\n`);
}

async function read(credentials: Credentials, key: string): Promise<number> {
  const where = { endpoint: oss.endpoint, region: oss.region, bucket: 'my-bucket' };
  const { url } = await createPresigner({ ...where, credentials, clock }).presign({ key, expiresIn: 60 });
  return (await fetch(url)).status;
}

const source = () =>
  assumeRoleWithOidc({
    oidcProviderArn: oss.oidc.providerArn,
    roleArn,
    sessionName: 'reports',
    scope: allowDownload({ bucket: 'my-bucket', key: 'a.txt' }),
    token: oidcTokenFile(tokenFile),
    endpoint: oss.endpoint,
  });

const environment = () => ({
  ALIBABA_CLOUD_ROLE_ARN: roleArn,
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: oss.oidc.providerArn,
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: tokenFile,
  ALIBABA_CLOUD_STS_ENDPOINT: oss.endpoint,
});

describe('a token of an identity provider', () => {
  it('becomes credentials that read one object, without any access key', async () => {
    const credentials = await cached(source(), { clock }).getCredentials();
    expect(await read(credentials, 'a.txt')).toBe(200);
    expect(await read(credentials, 'b.txt')).toBe(403);
  });

  it('is read again for each renewal', async () => {
    const provider = cached(source(), { clock, random: () => 0 });
    const first = await provider.getCredentials();
    oss.clock.advance(7_200_000);
    await mount({ subject: SUBJECT });
    const second = await provider.getCredentials();
    expect(second.accessKeyId).not.toBe(first.accessKeyId);
    expect(await read(second, 'a.txt')).toBe(200);
  });

  it.each([
    ['that is over', { subject: SUBJECT, expiresIn: -1 }, 'AuthenticationFail.OIDCToken.Expired'],
    ['about another pod', { subject: 'system:serviceaccount:shop:web' }, 'AuthenticationFail.NoPermission'],
  ])('%s is refused, and the error says so without the token', async (_, token, serviceCode) => {
    await mount(token);
    const failure: unknown = await cached(source(), { clock })
      .getCredentials()
      .catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'DENIED', serviceCode });
    expect(JSON.stringify(failure, ['message', 'stack', 'cause'])).not.toMatch(/eyJ/);
  });
});

describe('the default chain', () => {
  it('takes the token that a cluster mounts', async () => {
    const chain = defaultChain({ env: environment(), home: folder });
    const credentials = await cached(chain, { clock }).getCredentials();
    expect(chain.describe().answeredBy).toBe('oidc');
    expect(await read(credentials, 'b.txt')).toBe(200);
  });

  it('ends at a token that is refused: a pod does not go on with the rights of its node', async () => {
    await mount({ subject: 'system:serviceaccount:shop:web' });
    const chain = defaultChain({ env: environment(), home: folder });
    await expect(cached(chain, { clock }).getCredentials()).rejects.toMatchObject({ code: 'DENIED' });
  });
});
