import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../run-cli.ts';

const ID = 'a'.repeat(32);
const KEY = 'ogk_secret-of-the-owner';
const SHARE = {
  id: ID,
  owner: 'alice',
  state: 'active',
  bucket: 'my-bucket',
  keys: ['report.pdf'],
  limits: { maxUses: 3, password: false },
  uses: 1,
  expiresAt: '2027-01-31T12:00:00.000Z',
};

interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** A server that sends these replies, in this order, the last one for good. */
async function serve(...replies: readonly Reply[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    const { status = 200, headers, body } = replies[Math.min(requests.length, replies.length - 1)] ?? { body: '' };
    requests.push(request);
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

const share = (args: readonly string[], url: string, env: Readonly<Record<string, string>> = {}) =>
  runCli(['share', ...args], { env: { OSSGRANT_SERVER: url, OSSGRANT_API_KEY: KEY, ...env }, secrets: [KEY] });

describe('share', () => {
  it('lists page after page', async () => {
    const { url, requests } = await serve(
      { body: { shares: [SHARE], next: '1-2' } },
      { body: { shares: [{ ...SHARE, keys: ['a', 'b', 'c'], label: 'three\u202e' }] } },
    );
    const { code, stdout } = await share(['list'], url);
    expect(code).toBe(0);
    expect(stdout).toBe(
      `${ID}  active       1/3  2027-01-31T12:00Z  oss://my-bucket/report.pdf\n` +
        `${ID}  active       1/3  2027-01-31T12:00Z  oss://my-bucket/a and 2 more  three\u202e\n`,
    );
    expect(requests.map((request) => request.url)).toEqual([
      '/v1/shares?limit=1000',
      '/v1/shares?cursor=1-2&limit=1000',
    ]);
    expect(requests[0]?.headers.authorization).toBe(`Bearer ${KEY}`);
  });

  it.each([
    [401, 'unauthenticated', 3, 'check OSSGRANT_API_KEY'],
    [403, 'not-allowed', 7, 'refused because'],
    [404, 'not-found', 4, 'refused because'],
    [429, 'rate-limited', 1, 'refused because (request r-1)'],
  ])('a refusal with %i %s ends with exit code %i', async (status, code, exit, text) => {
    const { url } = await serve({ status, body: { code, detail: 'refused because', requestId: 'r-1' } });
    expect(await share(['show', ID], url)).toMatchObject({ code: exit, stderr: expect.stringContaining(text) });
  });

  it('follows no redirect: the key is for this server', async () => {
    const other = await serve({ body: SHARE });
    const { url } = await serve({ status: 307, headers: { location: `${other.url}/v1/shares/${ID}` }, body: '' });
    const { code, stderr } = await share(['show', ID], url);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining('does not respond as a grant server does (status 307)'),
    ]);
    expect(other.requests).toHaveLength(0);
  });

  it.each<[string, Readonly<Record<string, string>>, number, string]>([
    ['no server', { OSSGRANT_SERVER: '' }, 2, 'the grant server is missing'],
    ['a server by plain http', { OSSGRANT_SERVER: 'http://files.example.com' }, 2, 'not sent over plain http'],
    [
      'a server with a password',
      { OSSGRANT_SERVER: 'https://a:b@files.example.com' },
      2,
      'not the address of a server',
    ],
    ['no key', { OSSGRANT_API_KEY: '' }, 3, 'the API key of the grant server is missing'],
    ['a damaged key', { OSSGRANT_API_KEY: 'ogk_a\nb' }, 3, 'characters that no key has'],
  ])('refuses %s before it connects', async (_, env, code, text) => {
    expect(await share(['list'], 'https://files.example.com', env)).toMatchObject({
      code,
      stderr: expect.stringContaining(text),
    });
  });

  it.skipIf(process.platform === 'win32')('takes no key from a file that others can read', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-key-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'key');
    await writeFile(file, KEY, { mode: 0o640 });
    const env = { OSSGRANT_SERVER: 'https://files.example.com', OSSGRANT_API_KEY_FILE: file };
    const { code, stderr } = await runCli(['share', 'list'], { env, secrets: [KEY] });
    expect([code, stderr]).toEqual([3, expect.stringContaining(`chmod 600 ${file}`)]);
  });

  it.each([
    [['create', 'oss://a-bucket/x', 'oss://b-bucket/y'], 'a share holds objects of one bucket'],
    [['create', 'oss://a-bucket/'], 'a share of a whole bucket cannot be made'],
    [['create', 'oss://a-bucket/x/', 'oss://a-bucket/y'], 'a share holds one folder, or objects'],
    [['create', 'oss://a-bucket/x', '--uses', '0'], '--uses "0" is not a whole number from 1'],
    [['extend', ID], 'the new end is missing'],
    [['revoke', 'https://files.example.com/d/secret'], 'not the id of a share'],
  ])('%j is malformed', async (args, text) => {
    const { code, stderr } = await share(args, 'https://files.example.com');
    expect([code, stderr]).toEqual([2, expect.stringContaining(text)]);
    expect(stderr).not.toContain('secret');
  });
});
