import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli } from '../run-cli.ts';
import { expectSchema } from '../schema.ts';

test('gives the ARN on stdout and the source that answered on stderr', async ({ oss }) => {
  const env = oss.environment();
  const { code, stdout, stderr } = await runCli(['whoami'], { env });
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'acs:ram::1000000000000001:user/owner\n' });
  expect(stderr).toBe(
    `environment: answered\nkey ...${env['OSS_ACCESS_KEY_ID']?.slice(-4)}, long-lived\nRAMUser of account 1000000000000001\n`,
  );
});

test('--json reports each source, without the secret and without the whole key id', async ({ oss }) => {
  const env = oss.environment();
  const { stdout, stderr } = await runCli(['whoami', '--json'], { env, secrets: [String(env['OSS_ACCESS_KEY_ID'])] });
  expect(expectSchema('whoami', JSON.parse(stdout))).toMatchObject({
    arn: 'acs:ram::1000000000000001:user/owner',
    accountId: '1000000000000001',
    identityType: 'RAMUser',
    credentials: { answeredBy: 'environment', temporary: false },
    sources: expect.arrayContaining([{ name: 'ecs-ram-role', state: 'not-asked' }]) as unknown,
  });
  expect(stderr).toContain('environment: answered');
});

test('knows a temporary key of a profile, and its end', async ({ oss }) => {
  const home = await mkdtemp(path.join(tmpdir(), 'ossgrant-home-'));
  try {
    await mkdir(path.join(home, '.aliyun'));
    const { accessKeyId, accessKeySecret } = oss.owner;
    const keys = { access_key_id: accessKeyId, access_key_secret: accessKeySecret };
    const profile = { name: 'prod', mode: 'RamRoleArn', ...keys, ram_role_arn: oss.roleArn, ram_session_name: 'alice' };
    await writeFile(path.join(home, '.aliyun', 'config.json'), JSON.stringify({ current: 'x', profiles: [profile] }));
    const env = { HOME: home, USERPROFILE: home, ALIBABA_CLOUD_STS_ENDPOINT: oss.endpoint };
    const { code, stdout, stderr } = await runCli(['whoami', '--profile', 'prod'], { env, secrets: [accessKeySecret] });
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'acs:ram::1000000000000001:assumed-role/ossgrant-reader/alice\n',
    });
    expect(stderr).toContain('environment: not asked, because the profile "prod" is asked for by name\n');
    expect(stderr).toContain('cli-config: answered\n');
    expect(stderr).toMatch(/temporary, until \d{4}-/);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
});

test('without credentials: exit code 3, and one line for each place that was looked at', async () => {
  const { code, stdout, stderr } = await runCli(['whoami']);
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('oidc: ALIBABA_CLOUD_OIDC_PROVIDER_ARN and ALIBABA_CLOUD_OIDC_TOKEN_FILE are not set\n');
  expect(stderr).toContain('ossgrant: no credentials are configured:\n  - environment: ');
});

test('with a key that STS does not know: exit code 3', async ({ oss }) => {
  const env = { ...oss.environment(), OSS_ACCESS_KEY_ID: 'LTAI5tUnknownKey' };
  const { code, stdout, stderr } = await runCli(['whoami'], { env });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('InvalidAccessKeyId.NotFound');
});
