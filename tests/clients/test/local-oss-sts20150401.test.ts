import { createRequire } from 'node:module';
import { Config } from '@alicloud/openapi-client';
import { startLocalOss, type LocalOss } from '@ossgrant/local-oss';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientTable } from '../local-oss/compatibility-table.ts';
import { npmVersion } from '../local-oss/npm-version.ts';

let oss: LocalOss;
const name = '@alicloud/sts20150401';
const version = npmVersion(name, import.meta.url);
const table = clientTable({ mark: 'sts20150401', name, version, origin: 'npm' });
const signature = 'ACS3-HMAC-SHA256';
beforeAll(async () => {
  oss = await startLocalOss();
});
afterAll(() => oss.close());

// Imported, this CommonJS package shows its names only behind `default`.
// oxlint-disable-next-line typescript/consistent-type-imports -- an import statement gives another shape of it
type Sts20150401 = typeof import('@alicloud/sts20150401');
const {
  default: Client,
  AssumeRoleRequest,
  AssumeRoleWithOIDCRequest,
} = createRequire(import.meta.url)('@alicloud/sts20150401') as Sts20150401;

function client(secret = oss.owner.accessKeySecret, token?: string): InstanceType<typeof Client> {
  return new Client(
    new Config({
      accessKeyId: oss.owner.accessKeyId,
      accessKeySecret: secret,
      endpoint: new URL(oss.endpoint).host,
      protocol: 'HTTP',
      ...(token === undefined ? {} : { securityToken: token }),
    }),
  );
}

it('assumes a role with a policy', async () => {
  const policy = JSON.stringify({ Version: '1', Statement: [{ Effect: 'Allow', Action: 'oss:*', Resource: '*' }] });
  const request = new AssumeRoleRequest({ roleArn: oss.roleArn, roleSessionName: 'sdk', durationSeconds: 900, policy });
  const { body } = await client().assumeRole(request);
  expect(body?.credentials?.accessKeyId).toMatch(/^STS\./);
  expect(body?.assumedRoleUser?.arn).toBe('acs:ram::1000000000000001:assumed-role/ossgrant-reader/sdk');
  table.note('assumeRole with a policy', signature);
});

it('asks who it is', async () => {
  const { body } = await client().getCallerIdentity();
  expect(body?.arn).toBe('acs:ram::1000000000000001:user/owner');
  table.note('getCallerIdentity', signature);
});

it('exchanges the token of an identity provider without a key', async () => {
  const { providerArn: OIDCProviderArn } = oss.oidc;
  const Principal = { Federated: [OIDCProviderArn] };
  const trust = { Version: '1', Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal }] };
  const roleArn = oss.addRole({ name: 'pod', trust });
  const config = new Config({ endpoint: new URL(oss.endpoint).host, protocol: 'HTTP' });
  const OIDCToken = await oss.oidc.issueToken({ subject: 'pod' });
  const request = new AssumeRoleWithOIDCRequest({ roleArn, roleSessionName: 'sdk', OIDCProviderArn, OIDCToken });
  const { body } = await new Client(config).assumeRoleWithOIDC(request);
  expect(body?.credentials?.accessKeyId).toMatch(/^STS\./);
  expect(body?.OIDCTokenInfo?.subject).toBe('pod');
  table.note('assumeRoleWithOIDC', 'none');
});

it('understands refusals and throttling', async () => {
  const request = new AssumeRoleRequest({ roleArn: oss.roleArn, roleSessionName: 'sdk' });
  await expect(client('wrong').assumeRole(request)).rejects.toMatchObject({ code: 'SignatureDoesNotMatch' });
  oss.faults.throttleSts();
  await expect(client().assumeRole(request)).rejects.toMatchObject({ code: 'Throttling.User' });
  table.note('refusals, throttling', signature, 'codes as the cloud has them');
});

it('stands in docs/compatibility.md as it was seen', async () => {
  const { page, run } = await table.compare();
  expect(page).toBe(run);
});
