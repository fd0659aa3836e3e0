import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test as base } from 'vitest';
import { runCli } from '../../run-cli.ts';

const TOKEN = 'A'.repeat(44);
const PROOF = /^[\w-]{32}$/;

interface Page {
  readonly objects?: unknown;
  readonly next?: string;
}

interface Server {
  readonly url: string;
  /** Pages of the list, in order; the response to one that is missing is status 502. */
  pages: readonly Page[];
  /** Proofs that came with requests for objects. */
  readonly proofs: string[];
  /** The proof that it gives to whoever sends this one. */
  readonly renewed: Map<string, string>;
}

/** A server that says what it likes: the real one is tried in tests/servers. */
const test = base.extend<{ server: Server; cwd: string }>({
  // oxlint-disable-next-line no-empty-pattern -- vitest reads the names of fixtures from this pattern
  server: async ({}, use) => {
    const proofs: string[] = [];
    const renewed = new Map<string, string>();
    const respond = (request: IncomingMessage): { status?: number; body: unknown; use?: string } => {
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://127.0.0.1');
      if (pathname === `/d/${TOKEN}/info`) return { body: { several: true } };
      if (pathname === `/d/${TOKEN}/list`) {
        const page = server.pages[Number(searchParams.get('cursor') ?? 0)];
        return page === undefined ? { status: 502, body: { detail: 'no list today' } } : { body: page };
      }
      // A path with dot segments has lost its token on the way.
      if (!pathname.startsWith(`/d/${TOKEN}/o/`)) return { status: 404, body: { code: 'not-found' } };
      const sent = String(request.headers['x-ossgrant-use']);
      proofs.push(sent);
      const given = renewed.get(sent) ?? sent;
      return { body: { url: `${server.url.slice(0, -46)}${pathname}`, use: given }, use: given };
    };
    const http = createServer((request, response) => {
      if (request.method === 'GET' && request.url?.includes('/o/') === true) {
        response.end(`content of ${decodeURIComponent(request.url.split('/o/')[1] ?? '')}`);
        return;
      }
      const { status = 200, body, use: given } = respond(request);
      if (given !== undefined) response.setHeader('x-ossgrant-use', given);
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
    await new Promise<void>((resolve) => void http.listen(0, '127.0.0.1', resolve));
    const origin = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
    const server: Server = { url: `${origin}/d/${TOKEN}`, pages: [], proofs, renewed };
    await use(server);
    http.closeAllConnections();
    await new Promise((resolve) => void http.close(resolve));
  },
  // oxlint-disable-next-line no-empty-pattern -- as above
  cwd: async ({}, use) => {
    const cwd = await mkdtemp(path.join(tmpdir(), 'ossgrant-share-'));
    await use(cwd);
    await rm(cwd, { recursive: true });
  },
});

test('every page of the list is downloaded, with one proof of use', async ({ server, cwd }) => {
  server.pages = [
    { objects: [{ key: 'p/a.txt' }, { key: 'p/x/b.txt', size: 20 }], next: '1' },
    {
      objects: [
        { key: 'p/folder/', size: 0 },
        { key: 'p/c.txt', lastModified: 'no date', size: -1 },
      ],
    },
  ];
  const { code, stdout, stderr } = await runCli(['get', server.url], { cwd });
  expect([code, stdout.trim().split('\n').toSorted()], stderr).toEqual([
    0,
    [path.join(cwd, 'a.txt'), path.join(cwd, 'c.txt'), path.join(cwd, 'x', 'b.txt')],
  ]);
  expect(await readFile(path.join(cwd, 'x', 'b.txt'), 'utf8')).toBe('content of p/x/b.txt');
  expect(new Set(server.proofs)).toEqual(new Set([expect.stringMatching(PROOF)]));
  expect(stdout + stderr).not.toContain(TOKEN);
});

test('when the time of a proof is over, the objects after it share the new one', async ({ server, cwd }) => {
  server.pages = [{ objects: ['a', 'b', 'c', 'd'].map((key) => ({ key })) }];
  const get = server.renewed.get.bind(server.renewed);
  // The first proof is spent, whichever it is.
  server.renewed.get = (sent) => get(sent) ?? (server.proofs.length === 1 ? 'N'.repeat(32) : undefined);
  expect((await runCli(['get', server.url, '--jobs', '1'], { cwd })).code).toBe(0);
  expect(server.proofs.slice(1)).toEqual(Array(3).fill('N'.repeat(32)));
});

test('no name of a share leaves the folder, and one that cannot be kept stops no other', async ({ server, cwd }) => {
  const keys = ['../../up.txt', '/etc/rooted.txt', 'a/../../b.txt', 'Same.txt', 'same.txt', 7, ''];
  server.pages = [{ objects: [...keys.map((key) => ({ key })), null] }];
  const { code, stderr } = await runCli(['get', server.url, '--out-dir', 'in', '--jobs', '1'], { cwd });
  expect(code, stderr).toBe(8);
  expect(stderr).toContain('2 of 5 downloads complete, 3 failed');
  expect(await readdir(cwd)).toEqual(['in']);
  const files = await readdir(path.join(cwd, 'in'), { recursive: true });
  expect(files.toSorted()).toEqual(['Same.txt', 'a', 'etc', 'etc/rooted.txt']);
});

test.for<[string, readonly Page[], number, string]>([
  ['fails', [], 1, 'the objects cannot be listed: no list today'],
  ['is none', [{ objects: 'all' }], 1, 'the objects cannot be listed: the server sends no list'],
  ['never ends', [{ objects: [], next: '0' }], 1, 'the list does not end after 1000 pages'],
  ['is empty', [{ objects: [] }], 4, 'the share holds no object now'],
])('a list that %s is a failure that says so', async ([, pages, code, message], { server, cwd }) => {
  server.pages = pages;
  const run = await runCli(['get', server.url], { cwd });
  expect([run.code, run.stderr]).toEqual([code, expect.stringContaining(message)]);
  expect(await readdir(cwd)).toEqual([]);
});
