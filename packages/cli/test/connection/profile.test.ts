import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '../run-cli.ts';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'ossgrant-profile-'));
  await mkdir(path.join(home, '.aliyun'));
  const profile = {
    name: 'prod',
    mode: 'AK',
    access_key_id: 'LTAI5tOfProfile',
    access_key_secret: 'secret-of-profile',
  };
  await writeFile(path.join(home, '.aliyun', 'config.json'), JSON.stringify({ current: 'x', profiles: [profile] }));
  await writeFile(path.join(home, 'token'), 'token-of-pod');
});
afterAll(() => rm(home, { recursive: true, force: true }));

const pod = (): Record<string, string> => ({
  HOME: home,
  USERPROFILE: home,
  OSS_REGION: 'cn-hangzhou',
  ALIBABA_CLOUD_OIDC_PROVIDER_ARN: 'acs:ram::1000000000000001:oidc-provider/pod',
  ALIBABA_CLOUD_OIDC_TOKEN_FILE: path.join(home, 'token'),
  ALIBABA_CLOUD_ROLE_ARN: 'acs:ram::1000000000000001:role/pod',
  // Nobody listens there: a call for the role of the pod would fail in another way.
  ALIBABA_CLOUD_STS_ENDPOINT: 'http://127.0.0.1:1',
});
const keys = { OSS_ACCESS_KEY_ID: 'LTAI5tOfShell', OSS_ACCESS_KEY_SECRET: 'secret-of-shell' };

test.each([
  ['--profile, over keys and the role of a pod', keys, ['--profile', 'prod']],
  ['ALIBABA_CLOUD_PROFILE, over the role of a pod', { ALIBABA_CLOUD_PROFILE: 'prod' }, []],
])('a profile named by %s is used', async (_, more, args) => {
  const env = { ...pod(), ...more };
  const { code, stdout } = await runCli(['sign', 'oss://my-bucket/a.txt', ...args], { env });
  expect(code).toBe(0);
  expect(stdout).toContain('x-oss-credential=LTAI5tOfProfile%2F');
});

test.each([
  ['--profile', keys, ['--profile', 'missing']],
  ['ALIBABA_CLOUD_PROFILE', { ALIBABA_CLOUD_PROFILE: 'missing' }, []],
])('a missing profile named by %s is an error, whatever else is configured', async (_, more, args) => {
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt', ...args], {
    env: { ...pod(), ...more },
  });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('"missing"');
});
