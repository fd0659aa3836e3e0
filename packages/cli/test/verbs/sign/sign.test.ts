import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli } from '../../run-cli.ts';

const NOTHING = { OSS_REGION: 'cn-hangzhou' };

test('signs a link that works, alone on stdout, and reports its end on stderr', async ({ oss }) => {
  await oss.put('my-bucket', 'dir/ä +%.txt', 'hello');
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/dir/ä +%.txt'], { env: oss.environment() });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^http:\S+\n$/);
  expect(stderr).toMatch(/^the link ends at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\n$/);
  expect(await (await fetch(stdout.trim())).text()).toBe('hello');
});

test('--head-twin gives a HEAD link as the second line', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const { stdout } = await runCli(['sign', 'oss://my-bucket/a.txt', '--head-twin'], { env: oss.environment() });
  const [link = '', head = ''] = stdout.trim().split('\n');
  expect((await fetch(link, { method: 'HEAD' })).status).toBe(403);
  expect((await fetch(head, { method: 'HEAD' })).status).toBe(200);
});

test('--method, --header and --param are signed: the link works with them and with nothing else', async ({ oss }) => {
  await oss.createBucket('my-bucket');
  const { stdout, stderr } = await runCli(
    ['sign', 'oss://my-bucket/new.txt', '-X', 'put', '--header', 'content-type=text/x=y', '--param', 'x-tag=1'],
    { env: oss.environment() },
  );
  expect(stderr).toContain('send these headers with it:\n  content-type: text/x=y\n');
  const put = async (type: string): Promise<number> =>
    (await fetch(stdout.trim(), { method: 'PUT', body: 'x', headers: { 'content-type': type } })).status;
  expect(await put('text/plain')).toBe(403);
  expect(await put('text/x=y')).toBe(200);
});

test('--header binds the link to any header, and says so', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const { stdout, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt', '--header', 'X-Ticket=one two'], {
    env: oss.environment(),
  });
  expect(stderr).toContain('send these headers with it:\n  x-ticket: one two\n');
  const get = async (headers: Readonly<Record<string, string>>): Promise<number> =>
    (await fetch(stdout.trim(), { headers })).status;
  expect(await get({})).toBe(400);
  expect(await get({ 'x-ticket': 'another' })).toBe(403);
  expect(await get({ 'x-ticket': 'one two' })).toBe(200);
});

test('--filename makes the answer carry the name', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const { stdout } = await runCli(['sign', 'oss://my-bucket/a.txt', '--filename', '年度 报告.txt'], {
    env: oss.environment(),
  });
  const response = await fetch(stdout.trim());
  expect(response.headers.get('content-disposition')).toContain("filename*=UTF-8''%E5%B9%B4");
});

test('one key that cannot be signed does not stop the others, and the exit code says so', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const { code, stdout, stderr } = await runCli(
    ['sign', 'oss://my-bucket/a\u0007.txt', 'oss://my-bucket/a.txt', 'oss://my-bucket/b.txt'],
    { env: oss.environment() },
  );
  expect(code).toBe(8);
  expect(stdout.trim().split('\n')).toHaveLength(2);
  expect(stderr).toContain(String.raw`oss://my-bucket/a\u{7}.txt: `);
  expect(stderr).toContain('2 links; the first ends at');
});

test('a link never lasts longer than its credentials: an error, or with --if-shorter clamp a shorter link that says so', async ({
  oss,
}) => {
  const run = (...more: string[]): ReturnType<typeof runCli> =>
    runCli(['sign', 'oss://my-bucket/a.txt', '--expires', '30d', ...more], { env: oss.environment() });
  const refused = await run();
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  expect(refused.stderr).toContain('--if-shorter clamp');
  const clamped = await run('--if-shorter', 'clamp');
  expect(clamped.code).toBe(0);
  expect(clamped.stderr).toMatch(/the link ends at \S+, not at \S+ as requested: a V4 link lasts at most seven days/);
});

test('without credentials it fails with 3 and says where to put them', async () => {
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt'], { env: NOTHING });
  expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
  expect(stderr).toContain('OSS_ACCESS_KEY_ID');
});

test.each([
  [['oss://b/k', '--json', '--curl'], '--json and --curl exclude each other'],
  [['oss://b/k', '--inline', '--attachment'], 'exclude each other'],
  [['oss://b/k', '--expires', '2026-12-01T00:00'], '2026-12-01T00:00Z'],
  [['oss://b/k', '--expires', '2026-02-31'], 'is not a valid date'],
  [['oss://b/k', '--expires', '2026-13-01'], '--expires "2026-13-01" is not a valid date'],
  [['oss://b/k', '--at', '2026-00-10T00:00Z'], '--at "2026-00-10T00:00Z" is not a valid date'],
  [['oss://b/k', '--at', 'now'], '--at "now" is not a valid date'],
  [['oss://b/k', '--limit-rate', '5MB'], '5MB/s'],
  [['oss://b/k', '--limit-rate', '1GB/s'], '100MiB/s'],
  [['oss://b/k', '--host', 'internl'], 'cname:'],
  [['oss://b/k', '--if-shorter', 'clmap'], 'did you mean clamp?'],
  [['oss://b/k', '--header', 'x-oss-a'], '--header name=value'],
  [['oss://b/k', '--header', 'Host=example.com'], 'choose it with --host'],
  [['oss://b/k', '--header', 'x-ticket=1', '--sign-version', 'v1'], 'remove --sign-version v1'],
  [['oss://b/k', '--param', 'a=1', '--param', 'a=2'], 'twice'],
  [['oss://b/k', '--expires', '-1s'], '--expires=-1s'],
  [['oss://b/k', '--expires=-1s'], 'is not a valid duration or date'],
  [['oss://b'], '--recursive'],
  [['b/k'], 'write oss://BUCKET/KEY'],
  [['oss://b/k', '--include', '*'], 'need --recursive or --files-from'],
  [['oss://b/k.html', '--inline'], '--allow-inline-markup'],
])('sign %j is a usage error that helps', async (args, help) => {
  const { code, stdout, stderr } = await runCli(['sign', ...args], {
    env: { ...NOTHING, OSS_ACCESS_KEY_ID: 'LTAI5tExample', OSS_ACCESS_KEY_SECRET: 'example-secret' },
  });
  expect(stderr).toContain(help);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
});
