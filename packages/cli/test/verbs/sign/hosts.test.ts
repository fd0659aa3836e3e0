import { describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.ts';

const env = { OSS_REGION: 'cn-hangzhou', OSS_ACCESS_KEY_ID: 'LTAI5tExample', OSS_ACCESS_KEY_SECRET: 'example-secret' };
const sign = async (...args: readonly string[]): Promise<{ code: number | null; host: string; stderr: string }> => {
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt', ...args], { env });
  return { code, host: stdout === '' ? '' : new URL(stdout).host, stderr };
};

describe('the host of a link', () => {
  it.each([
    ['public', 'my-bucket.oss-cn-hangzhou.aliyuncs.com'],
    ['internal', 'my-bucket.oss-cn-hangzhou-internal.aliyuncs.com'],
    ['accelerate', 'my-bucket.oss-accelerate.aliyuncs.com'],
    ['accelerate-overseas', 'my-bucket.oss-accelerate-overseas.aliyuncs.com'],
    ['dual-stack', 'my-bucket.cn-hangzhou.oss.aliyuncs.com'],
    ['cname:https://files.example.com', 'files.example.com'],
  ])('--host %s is %s', async (host, expected) => {
    expect(await sign('--host', host)).toMatchObject({ code: 0, host: expected });
  });

  it('--network is for the whole command, and --host for its links', async () => {
    expect((await sign('--network', 'internal')).host).toBe('my-bucket.oss-cn-hangzhou-internal.aliyuncs.com');
    expect((await sign('--network', 'internal', '--host', 'public')).host).toBe(
      'my-bucket.oss-cn-hangzhou.aliyuncs.com',
    );
  });

  it('--addressing path puts the bucket into the path, as PrivateLink needs it', async () => {
    const endpoint = 'ep-1234.oss.cn-hangzhou.privatelink.aliyuncs.com';
    const { stdout } = await runCli(
      ['sign', 'oss://my-bucket/a.txt', '--endpoint', endpoint, '--region', 'cn-hangzhou', '--addressing', 'path'],
      { env },
    );
    expect(stdout).toContain(`https://${endpoint}/my-bucket/a.txt?`);
  });

  it('an endpoint of unknown addressing names the option that says it', async () => {
    const { code, stderr } = await sign('--endpoint', 'storage.example.com', '--region', 'cn-hangzhou');
    expect(code).toBe(2);
    expect(stderr).toContain('--addressing');
  });
});

it('a token of unknown end makes no link that claims more than 12 hours', async () => {
  const token = { ...env, OSS_ACCESS_KEY_ID: 'STS.NUexample', OSS_SESSION_TOKEN: 'CAIS-example-token' };
  const args = ['sign', 'oss://my-bucket/a.txt', '--expires', '7d'];
  const refused = await runCli(args, { env: token });
  expect(refused).toMatchObject({ code: 3, stdout: '' });
  expect(refused.stderr).toContain('--if-shorter clamp');
  const { stdout } = await runCli([...args, '--if-shorter', 'clamp', '--json'], { env: token, showsSecrets: true });
  const { links } = JSON.parse(stdout) as { readonly links: readonly { readonly expiresAt: string }[] };
  expect(Date.parse(links[0]?.expiresAt ?? '') - Date.now()).toBeLessThanOrEqual(12 * 3_600_000);
});

it('a key that is plainly something else is signed with a caution', async () => {
  const { stderr } = await sign('oss://my-bucket/a.jpg?x-oss-process=style/x');
  expect(stderr).toMatch(/^caution: the key contains "\?"/m);
});

it('--json lists what a user must know about the links, and stderr cautions', async () => {
  const args = ['sign', 'oss://my-bucket/a.txt', '--sign-version', 'v1', '--json'];
  const { stdout, stderr } = await runCli(args, { env });
  expect(JSON.parse(stdout)).toMatchObject({ warnings: [{ code: 'V1_IS_RETIRING' }] });
  expect(stderr).toMatch(/^caution: .*V1/m);
});
