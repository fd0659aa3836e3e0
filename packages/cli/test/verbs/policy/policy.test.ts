import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../run-cli.ts';
import { expectSchema } from '../../schema.ts';

const READER = { Version: '1', Statement: { Effect: 'Allow', Action: 'oss:*', Resource: '*' } };

let cwd: string;
beforeAll(async () => {
  cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-policy-'));
  await writeFile(path.join(cwd, 'role.json'), JSON.stringify(READER));
});
afterAll(() => rm(cwd, { recursive: true, force: true }));

const build = (...args: string[]) => runCli(['policy', 'build', ...args]);

describe('policy build', () => {
  it('writes the policy on stdout and its meaning on stderr', async () => {
    const { code, stdout, stderr } = await build('oss://my-bucket/dir/a b.txt');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      Version: '1',
      Statement: [{ Effect: 'Allow', Action: ['oss:GetObject'], Resource: ['acs:oss:*:*:my-bucket/dir/a b.txt'] }],
    });
    expect(stderr).toBe('Allows downloading the one object "dir/a b.txt" of bucket "my-bucket".\n');
  });

  it('builds what lint has nothing to say about', async () => {
    const options = ['--list', '--ip', '203.0.113.0/24', '--ip', '::1', '--until', '2099-12-01', '--https-only'];
    const { stdout } = await build('oss://my-bucket/team-a/', ...options, '--versions');
    const { code, stdout: found, stderr } = await runCli(['policy', 'lint'], { stdin: stdout });
    expect({ code, found, stderr }).toEqual({ code: 0, found: '', stderr: 'no findings\n' });
  });

  it.each([
    [['oss://my-bucket'], 'a whole bucket cannot be granted'],
    [['oss://my-bucket/team-a', '--list'], 'end the folder with a slash: team-a/'],
    [['oss://my-bucket/a*'], 'a signature binds the exact key'],
    [['oss://my-bucket/a', '--ip', 'here'], '--ip must be addresses or networks'],
    [['oss://my-bucket/a', '--until', 'tomorrow'], '--until "tomorrow" is not a valid date'],
  ])('%j is refused, exit code 2', async (args, message) => {
    const { code, stdout, stderr } = await build(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('policy explain', () => {
  it('says what a file allows', async () => {
    const { code, stdout, stderr } = await runCli(['policy', 'explain', 'role.json'], { cwd });
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'Allows every action of OSS on all buckets and objects.\n',
      stderr: '',
    });
  });

  it('--json gives it as a field', async () => {
    const { stdout } = await runCli(['policy', 'explain', '--json'], { stdin: JSON.stringify(READER) });
    expect(expectSchema('policy-explain', JSON.parse(stdout))).toEqual({
      explanation: 'Allows every action of OSS on all buckets and objects.',
    });
  });

  it.each([
    [['missing.json'], '', 4, 'missing.json cannot be read (ENOENT)'],
    [[], '{"Version":"2"}', 2, 'the Version of a RAM policy is "1" at /Version'],
  ])('of %j fails and says why', async (args, stdin, expected, message) => {
    const { code, stdout, stderr } = await runCli(['policy', 'explain', ...args], { cwd, stdin });
    expect({ code, stdout }).toEqual({ code: expected, stdout: '' });
    expect(stderr).toContain(message);
  });
});

describe('policy lint', () => {
  it('prints each finding with its fix, and exits with 1', async () => {
    const { code, stdout } = await runCli(['policy', 'lint', 'role.json'], { cwd });
    expect(code).toBe(1);
    expect(stdout).toContain('error WIDE_ACTION at /Statement/0/Action/0: ');
    expect(stdout).toContain('\n  list the actions one by one: "oss:GetObject" is enough to download\n');
  });

  it('exits with 0 when all could merely be narrower', async () => {
    const { stdout: policy } = await build('oss://my-bucket/a.txt');
    const { code, stdout } = await runCli(['policy', 'lint'], { stdin: policy });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^info PLAIN_HTTP at \/Statement\/0: /);
  });

  it('--json gives codes, places and fixes', async () => {
    const { code, stdout } = await runCli(['policy', 'lint', '--json'], { stdin: 'no policy' });
    expect(code).toBe(1);
    expect(expectSchema('policy-lint', JSON.parse(stdout))).toEqual({
      findings: [expect.objectContaining({ code: 'NOT_JSON', severity: 'error', path: '' })],
    });
  });
});

describe('policy simulate', () => {
  const simulate = (stdin: string, ...args: string[]) =>
    runCli(['policy', 'simulate', '--policy', 'role.json', '--session', '-', ...args], { cwd, stdin });

  it('exits with 0 and says which statements allow', async () => {
    const { stdout: session } = await build('oss://my-bucket/team-a/');
    const { code, stdout, stderr } = await simulate(session, 'oss://my-bucket/team-a/x');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toBe('allow: statement 1 of policy 1 and statement 1 of the session policy allow it\n');
  });

  it('exits with 7 when it is denied', async () => {
    const { stdout: session } = await build('oss://my-bucket/team-a/');
    const { code, stdout } = await simulate(session, 'oss://my-bucket/team-b/x');
    expect(code).toBe(7);
    expect(stdout).toMatch(/^implicit-deny: the role's policies allow oss:GetObject on object "team-b\/x"/);
  });

  it('takes the key for the prefix of a listing', async () => {
    const { stdout: session } = await build('oss://my-bucket/team-a/', '--list');
    const list = ['--action', 'oss:ListObjects'];
    expect((await simulate(session, 'oss://my-bucket/team-a/', ...list)).code).toBe(0);
    expect((await simulate(session, 'oss://my-bucket/', ...list)).code).toBe(7);
    expect((await simulate(session, 'oss://my-bucket/team-a/', '--action', 'OSS:listobjects')).code).toBe(0);
  });

  it('says which facts were not given, and takes them with --condition', async () => {
    const { stdout: session } = await build('oss://my-bucket/a', '--ip', '192.0.2.0/24');
    const without = await simulate(session, 'oss://my-bucket/a', '--json');
    expect(without.code).toBe(7);
    expect(expectSchema('policy-simulate', JSON.parse(without.stdout))).toMatchObject({
      decision: 'implicit-deny',
      absentKeys: ['acs:SourceIp'],
    });
    expect(without.stderr).toContain('add --condition acs:SourceIp=VALUE');
    expect((await simulate(session, 'oss://my-bucket/a', '--condition', 'acs:SourceIp=192.0.2.9')).code).toBe(0);
  });

  it.each([
    [['oss://my-bucket/a'], '--policy is missing'],
    [['oss://my-bucket/a', '--policy', '-', '--session', '-'], 'stdin can be read only once'],
    [['oss://my-bucket/a', '--policy', '-', '--action', 'GetObject'], '--action "GetObject" is not a valid action'],
  ])('%j is refused, exit code 2', async (args, message) => {
    const { code, stderr } = await runCli(['policy', 'simulate', ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
