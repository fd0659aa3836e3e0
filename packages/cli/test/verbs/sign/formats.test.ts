import { ossTest as test } from '@ossgrant/local-oss/vitest';
import { expect } from 'vitest';
import { runCli } from '../../run-cli.ts';
import { expectSchema } from '../../schema.ts';

const BAD_KEY = 'oss://my-bucket/bad\u0000.txt'.replace('\u0000', '\u0007');

test('--json is one object as its schema says, failures included', async ({ oss }) => {
  await oss.put('my-bucket', 'a.txt', 'hello');
  const { code, stdout } = await runCli(
    ['sign', 'oss://my-bucket/a.txt', BAD_KEY, 'oss://my-bucket/\u202eb.txt', '--json', '--head-twin', '-e', '90s'],
    { env: oss.environment() },
  );
  expect(code).toBe(8);
  expect(stdout).not.toMatch(/\u202e/);
  const { links, failures } = expectSchema('sign', JSON.parse(stdout)) as {
    readonly links: readonly { readonly url: string; readonly headUrl: string; readonly key: string }[];
    readonly failures: readonly unknown[];
  };
  expect(links.map(({ key }) => key)).toEqual(['a.txt', '\u202eb.txt']);
  expect(failures).toMatchObject([{ key: 'bad\u0007.txt', error: { code: 'INVALID_TEXT', exitCode: 2 } }]);
  expect((await fetch(links[0]?.url ?? '')).status).toBe(200);
  expect((await fetch(links[0]?.headUrl ?? '', { method: 'HEAD' })).status).toBe(200);
});

test('--json is one object even when nothing could be signed', async ({ oss }) => {
  const { code, stdout } = await runCli(['sign', BAD_KEY, '--json'], { env: oss.environment() });
  expect(code).toBe(2);
  expect(expectSchema('sign', JSON.parse(stdout))).toMatchObject({ links: [] });
});

test('--json leaves stdout empty when nothing could be tried, and well-formed when a list breaks off', async ({
  oss,
}) => {
  const none = await runCli(['sign', 'oss://my-bucket/a.txt', '--json'], { env: { OSS_REGION: 'cn-hangzhou' } });
  expect(none).toMatchObject({ code: 3, stdout: '' });
  const broken = await runCli(['sign', '--files-from', '-', '--json'], {
    env: oss.environment(),
    stdin: 'oss://my-bucket/a.txt\na line without a bucket\n',
  });
  expect(broken.code).toBe(2);
  expect(expectSchema('sign', JSON.parse(broken.stdout))).toMatchObject({ links: [{ key: 'a.txt' }], failures: [] });
});

test('-0 with another format is about the list alone', async ({ oss }) => {
  const { code, stdout } = await runCli(['sign', 'oss://my-bucket/', '--files-from', '-', '-0', '--ndjson'], {
    env: oss.environment(),
    stdin: 'a\nb\0c',
  });
  // A new line cannot be signed; it did not end the key.
  expect(code).toBe(8);
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { readonly key: string });
  expect(lines.map(({ key }) => key)).toEqual(['a\nb', 'c']);
});

test('--ndjson writes a link or a failure a line, each as the schema says', async ({ oss }) => {
  const { stdout } = await runCli(['sign', 'oss://my-bucket/a.txt', BAD_KEY, '--ndjson'], { env: oss.environment() });
  const [link, failure] = stdout
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
  expectSchema('sign', link, 'link');
  expectSchema('sign', failure, 'failure');
});

test('a schema is not a rubber stamp', () => {
  expect(() => expectSchema('sign', { links: [{ key: 'a' }], failures: [] })).toThrow('to deeply equal []');
  expect(() => expectSchema('sign', { links: [], failures: [], more: 1 })).toThrow('to deeply equal []');
});

test('--qr draws the link, and refuses one that no code can hold', async ({ oss }) => {
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt', '--qr'], { env: oss.environment() });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^[█▀▄ \n]+$/);
  expect(stderr).toContain('the link ends at');
  const long = await runCli(['sign', `oss://my-bucket/${'ä'.repeat(500)}`, '--qr'], { env: oss.environment() });
  expect(long).toMatchObject({ code: 1, stdout: '' });
  expect(long.stderr).toContain('a QR code holds at most 2953');
});

test.for(['--wget', '--aria2', '--python'])(
  '%s refuses a link for another method than GET',
  async (format, { oss }) => {
    const { code, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt', '-X', 'PUT', format], {
      env: oss.environment(),
    });
    expect(code).toBe(2);
    expect(stderr).toContain('use --curl for other methods');
  },
);

test.for(['--qr', '--curl', '--wget', '--aria2', '--python'])('%s loses no --head-twin', async (format, { oss }) => {
  const { code, stdout, stderr } = await runCli(['sign', 'oss://my-bucket/a.txt', '--head-twin', format], {
    env: oss.environment(),
  });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain(`--head-twin works with plain links and JSON, not with ${format}`);
});

test('commands that save several objects of one name give each file a name of its own', async ({ oss }) => {
  const { stdout } = await runCli(
    ['sign', ...['a/x.txt', 'b/X.txt', 'c/x.txt', 'x-2.txt'].map((key) => `oss://my-bucket/${key}`), '--aria2'],
    { env: oss.environment() },
  );
  expect(stdout.match(/^ {2}out=.*$/gm)).toEqual(['  out=x.txt', '  out=X-2.txt', '  out=x-3.txt', '  out=x-2-2.txt']);
});

test('30,000 objects of one name are named in seconds', async () => {
  const keys = Array.from({ length: 30_000 }, (_, index) => `${index}/index.html`);
  const { code, stdout } = await runCli(['sign', 'oss://my-bucket/', '--files-from', '-', '--aria2'], {
    env: { OSS_REGION: 'cn-hangzhou', OSS_ACCESS_KEY_ID: 'LTAI5tExample', OSS_ACCESS_KEY_SECRET: 'example-secret' },
    stdin: keys.join('\n'),
  });
  expect(code).toBe(0);
  expect(new Set(stdout.match(/^ {2}out=.*$/gm)).size).toBe(30_000);
});
