import { expect, test } from 'vitest';
import { runCli } from '../run-cli.ts';
import { expectSchema } from '../schema.ts';

const TOKEN = 'CAISsecrettokenvalue';
const LINK = [
  'https://my-bucket.oss-cn-hangzhou.aliyuncs.com/dir/%E2%80%AEa.html?x-oss-additional-headers=host',
  'x-oss-credential=STS.NUexample1234%2F20260101%2Fcn-hangzhou%2Foss%2Faliyun_v4_request',
  `x-oss-date=20260101T000000Z&x-oss-expires=900&x-oss-security-token=${TOKEN}`,
  'response-content-type=text%2Fhtml&x-oss-signature-version=OSS4-HMAC-SHA256',
  `x-oss-signature=${'ab'.repeat(32)}`,
].join('&');
const secrets = [TOKEN, 'ab'.repeat(32)];

test('says in words what a link grants and what is wrong with it, and shows neither token nor signature', async () => {
  const { code, stdout, stderr } = await runCli(['inspect', LINK], { secrets });
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout.replace(/\(\d.* ago\)/, '(AGO)').replace('\u202e', 'RLO:')).toMatchInlineSnapshot(`
    "object     oss://my-bucket/dir/RLO:a.html
    host       my-bucket.oss-cn-hangzhou.aliyuncs.com (public)
    signature  OSS V4
    signed by  STS.…1234 (temporary credentials)
    region     cn-hangzhou
    signed at  2026-01-01T00:00:00Z
    ends       2026-01-01T00:15:00Z (AGO)
    headers    host
    parameter  response-content-type=text/html
    warning    on its own domains OSS forces the download of pages: use a custom domain (HTML_ON_DEFAULT_DOMAIN)
    warning    the link has expired (EXPIRED)
    "
  `);
});

test.each<[string, (link: string) => string]>([
  ['"&" as "&amp;"', (link) => link.replaceAll('&', '&amp;')],
  ['"?" encoded', (link) => link.replace('?', '%3F')],
  ['"=" encoded', (link) => link.replaceAll('=', '%3D')],
  ['names in another case', (link) => link.replaceAll('x-oss-', 'X-OSS-')],
  ['in a parameter of another link', (link) => `https://example.com/go?to=${encodeURIComponent(link)}`],
])('a link that was damaged shows neither token nor signature: %s', async (_, damage) => {
  const { code, stdout } = await runCli(['inspect', damage(LINK)], { secrets });
  expect(code).toBe(0);
  expect(stdout).toContain('host ');
});

test('--json gives every field, with characters that hide or reorder text escaped', async () => {
  const { stdout } = await runCli(['inspect', '-', '--json'], { stdin: `${LINK}\n`, secrets });
  expect(stdout).toContain(String.raw`"key": "dir/\u202ea.html"`);
  expect(expectSchema('inspect', JSON.parse(stdout))).toMatchObject({
    scheme: 'oss-v4',
    bucket: 'my-bucket',
    key: 'dir/\u202ea.html',
    hasToken: true,
    end: '2026-01-01T00:15:00.000Z',
    secondsLeft: expect.any(Number),
  });
});

test('text that is not a URL is a usage error that does not repeat it', async () => {
  const { code, stdout, stderr } = await runCli(['inspect', `oops?${TOKEN}`], { secrets });
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toBe('ossgrant: not an http or https URL\n');
});
