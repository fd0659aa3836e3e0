import { parseEnv } from 'node:util';
import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { describe, expect } from 'vitest';
import { runCli, type RunOptions } from '../../run-cli.ts';
import { expectSchema } from '../../schema.ts';

const run = (args: readonly string[], options: RunOptions) =>
  runCli(['grant', ...args], { ...options, showsSecrets: true });

describe('grant', () => {
  test('gives credentials that read the one object, and no other', async ({ oss }) => {
    await oss.put('my-bucket', 'a.txt', 'content of a');
    await oss.put('my-bucket', 'b.txt', 'content of b');
    const { code, stdout } = await run(['oss://my-bucket/a.txt', '-f', 'dotenv'], { env: oss.environment() });
    expect(code).toBe(0);
    const env = parseEnv(stdout) as Record<string, string>;
    expect(env['OSS_ACCESS_KEY_ID']).toMatch(/^STS\./);
    const read = await runCli(['get', 'oss://my-bucket/a.txt', '-o', '-'], { env });
    expect({ code: read.code, stdout: read.stdout }).toEqual({ code: 0, stdout: 'content of a' });
    expect((await runCli(['get', 'oss://my-bucket/b.txt', '-o', '-'], { env })).code).toBe(7);
  });

  test('says on stderr what was granted and until when', async ({ oss }) => {
    const before = Date.now();
    const args = ['oss://my-bucket/team-a/', '--list', '--duration', '15m', '--session', 'Zoë', '--ip', '127.0.0.1'];
    const { stdout, stderr } = await run([...args, '--json'], { env: oss.environment() });
    const facts = expectSchema('grant', JSON.parse(stdout)) as Record<string, string>;
    expect(facts).toMatchObject({
      objects: [{ bucket: 'my-bucket', prefix: 'team-a/' }],
      roleArn: oss.roleArn,
      warnings: [{ code: 'SESSION_RENAMED' }],
    });
    expect(stderr).toContain('caution: STS allows no such session name: the audit log shows "Zoe');
    expect(facts['sessionName']).toMatch(/^Zoe/);
    const lasts = Date.parse(facts['expiresAt'] ?? '') - before;
    expect(lasts).toBeGreaterThan(895_000);
    expect(lasts).toBeLessThan(905_000);
    expect(stderr).toContain(`${facts['allows']}\n`);
    expect(stderr).toContain(`\nValid until ${facts['expiresAt']}, as ${facts['sessionName']}. `);
    expect(facts['allows']).toContain('whose key starts with "team-a/", from 127.0.0.1 only');
  });

  test.for(['json', 'dotenv', 'env', 'powershell', 'ali-oss', 'credentials-uri'])(
    '--format %s holds the key, the secret and the token, which the server takes',
    async (format, { oss }) => {
      const { stdout } = await run(['oss://my-bucket/a.txt', '--format', format], { env: oss.environment() });
      const values = [...stdout.matchAll(/['"]([^'"\n]{20,})['"]/g)].map(([, value]) => value ?? '');
      const plain = stdout.split(/[\s=]/);
      const id = [...values, ...plain].find((value) => value.startsWith('STS.'));
      const token = [...values, ...plain, ...stdout.split("'")].find((value) => value.startsWith('CAIS'));
      expect(stdout).toMatch(format === 'env' ? /^export OSS_ACCESS_KEY_ID=STS\./ : /STS\./);
      expect(() => oss.expireToken({ accessKeyId: id ?? '' })).not.toThrow();
      expect(token?.length).toBeGreaterThan(200);
    },
  );

  test('--format ali-oss and credentials-uri are as their readers want them', async ({ oss }) => {
    const env = oss.environment();
    const aliOss = JSON.parse((await run(['oss://my-bucket/a', '-f', 'ali-oss'], { env })).stdout) as object;
    expect(Object.keys(aliOss).sort()).toEqual(
      ['accessKeyId', 'accessKeySecret', 'authorizationV4', 'bucket', 'endpoint', 'region', 'stsToken'].sort(),
    );
    expect(aliOss).toMatchObject({ region: 'oss-cn-hangzhou', bucket: 'my-bucket' });
    const uri = JSON.parse((await run(['oss://my-bucket/a', '-f', 'credentials-uri'], { env })).stdout) as object;
    expect(uri).toMatchObject({ Code: 'Success', Expiration: expect.stringMatching(/^[\dT:-]+Z$/) as string });
    expect(Object.keys(uri)).toEqual(['Code', 'AccessKeyId', 'AccessKeySecret', 'SecurityToken', 'Expiration']);
  });

  test('several objects and folders: the credentials read each of them, and nothing beside', async ({ oss }) => {
    for (const key of ['a.txt', 'dir/b.txt', 'c.txt']) await oss.put('my-bucket', key, `content of ${key}`);
    await oss.put('other-bucket', 'd.txt', 'content of d.txt');
    const args = ['oss://my-bucket/a.txt', 'oss://my-bucket/dir/', 'oss://other-bucket/d.txt', '--json'];
    const { code, stdout } = await run(args, { env: oss.environment() });
    expect(code).toBe(0);
    const { accessKeyId, accessKeySecret, securityToken, policy } = expectSchema('grant', JSON.parse(stdout)) as {
      readonly [name: string]: string;
    } & { readonly policy: { readonly Statement: readonly unknown[] } };
    expect(policy.Statement).toHaveLength(1);
    const env = {
      OSS_REGION: oss.region,
      OSS_ENDPOINT: oss.endpoint,
      OSS_ACCESS_KEY_ID: String(accessKeyId),
      OSS_ACCESS_KEY_SECRET: String(accessKeySecret),
      OSS_SESSION_TOKEN: String(securityToken),
    };
    const codes = ['my-bucket/a.txt', 'my-bucket/dir/b.txt', 'other-bucket/d.txt', 'my-bucket/c.txt'].map(
      async (name) => (await runCli(['get', `oss://${name}`, '-o', '-'], { env })).code,
    );
    expect(await Promise.all(codes)).toEqual([0, 0, 0, 7]);
  });

  test('--format rclone is a remote with the token, the endpoint and the end', async ({ oss }) => {
    const { stdout } = await run(['oss://my-bucket/a/', '--list', '-f', 'rclone'], { env: oss.environment() });
    expect(stdout).toMatch(/^# valid until [\dT:-]+Z\n\[ossgrant\]\ntype = s3\nprovider = Other\n/);
    const lines = stdout.trim().split('\n').slice(2);
    const fields = Object.fromEntries(lines.map((line) => line.split(' = ') as [string, string]));
    expect(fields).toMatchObject({ endpoint: oss.endpoint, force_path_style: 'true', no_check_bucket: 'true' });
    expect(fields['access_key_id']).toMatch(/^STS\./);
    expect(fields['session_token']?.length).toBeGreaterThan(200);
  });

  test.for(['env', 'dotenv', 'powershell'])('--format %s hands on when the token ends', async (format, { oss }) => {
    const { stdout, stderr } = await run(['oss://my-bucket/a', '-d', '15m', '-f', format], { env: oss.environment() });
    const [, end = ''] = /OSS_SESSION_TOKEN_EXPIRATION ?=\W*(\d{4}-[\dT:.-]+Z),STS\./.exec(stdout) ?? [];
    expect(Date.parse(end) - Date.now()).toBeGreaterThan(890_000);
    expect(stderr).toContain(`Valid until ${end.slice(0, 19)}`);
    expect(stdout).toMatch(/OSS_SESSION_TOKEN_EXPIRATION ?=\W*[\dT:.-]+Z,STS\./);
  });

  test('says so when the credentials end before --until', async ({ oss }) => {
    const { stderr } = await run(['oss://my-bucket/a', '--until', '2099-01-01'], { env: oss.environment() });
    expect(stderr).toContain('caution: the credentials expire before --until: at ');
  });

  test('a role that there is not, or that does not trust: exit code 3', async ({ oss }) => {
    const role = 'acs:ram::1000000000000001:role/none';
    const { code, stdout, stderr } = await run(['oss://my-bucket/a', '--role', role], { env: oss.environment() });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toContain('EntityNotExist.Role');
  });

  test('a key that STS does not know: exit code 3, and that is what it says', async ({ oss }) => {
    const env = { ...oss.environment(), OSS_ACCESS_KEY_ID: 'LTAI5tUnknown' };
    const { code, stderr } = await run(['oss://my-bucket/a'], { env });
    expect(code).toBe(3);
    expect(stderr).toContain('InvalidAccessKeyId.NotFound');
  });

  test('without credentials: exit code 3', async ({ oss }) => {
    const env = { ALIBABA_CLOUD_ROLE_ARN: oss.roleArn, ALIBABA_CLOUD_STS_ENDPOINT: oss.endpoint };
    const { code, stdout } = await run(['oss://my-bucket/a'], { env });
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  });

  test.for<[string[], string]>([
    [['oss://my-bucket'], 'a whole bucket cannot be granted'],
    [['oss://my-bucket/a*'], 'a signature binds the exact key'],
    [['oss://my-bucket/a', '--duration', '5m'], 'from 900 to 43200'],
    [['oss://my-bucket/a', '--until', '2020-01-01'], '--until "2020-01-01" is not in the future'],
    [['oss://my-bucket/a', '--role', 'download'], 'acs:ram::'],
    [['oss://my-bucket/a', '--format', 'dotnev'], 'did you mean dotenv?'],
    [['oss://my-bucket/a', 'oss://other-bucket/b', '-f', 'ali-oss'], '--format ali-oss holds one bucket'],
    [['oss://my-bucket/a', '--format', 'env', '--json'], '--json and --format exclude each other'],
    [['oss://my-bucket/a', '--access-key-secret', 'x'], 'credentials are never passed as arguments'],
  ])('%j is refused, exit code 2, before STS is asked', async ([args, message], { oss }) => {
    const { code, stdout, stderr } = await run(args, { env: oss.environment() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
    expect(oss.journal.entries()).toEqual([]);
  });

  test('more objects than a session policy can hold: exit code 2, before STS is asked', async ({ oss }) => {
    const objects = Array.from({ length: 60 }, (_, index) => `oss://my-bucket/${'long-'.repeat(6)}${index}`);
    const { code, stderr } = await run(objects, { env: oss.environment() });
    expect(code).toBe(2);
    expect(stderr).toContain('2048');
    expect(oss.journal.entries()).toEqual([]);
  });

  test('without a role: exit code 2, and it says where to name one', async ({ oss }) => {
    const { ALIBABA_CLOUD_ROLE_ARN: _, ...env } = oss.environment();
    const { code, stderr } = await run(['oss://my-bucket/a'], { env });
    expect(code).toBe(2);
    expect(stderr).toContain('give --role');
  });
});
