import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../start-postgres.mjs';
import { BIN, BUCKET, type Servers, started, startServers } from './start-servers.ts';

let servers: Servers;
beforeAll(async () => void (servers = await startServers(2)), 120_000);
afterAll(() => servers.close(), 60_000);

const LINE = `${JSON.stringify({ bucket: BUCKET, key: 'reports/a.txt' })}\n`;

test('/metrics counts requests and refusals by route and code, and holds no token, key or address', async () => {
  const { id, urls } = await servers.share({ maxUses: 1 });
  const [url = ''] = urls;
  await fetch(url, { redirect: 'manual' });
  expect((await fetch(url, { redirect: 'manual' })).status).toBe(410);
  const text = await (await fetch(`${servers.urls[0]}/metrics`)).text();
  expect(text).toMatch(/grant_request_duration_seconds_count\{[^}]*route="\/d\/:token"[^}]*status="302"\} \d/);
  expect(text).toMatch(/grant_refusals_total\{code="used-up"\} \d/);
  expect(text).toContain('process_resident_memory_bytes');
  for (const secret of [url.split('/').at(-1) ?? '', id, servers.key, 'a.txt', '127.0.0.1']) {
    expect(text).not.toContain(secret);
  }
});

test('/readyz follows the database, and /healthz does not', async () => {
  const at = (name: string): Promise<Response> => fetch(`${servers.urls[1]}${name}`);
  expect((await at('/readyz')).status).toBe(200);
  await servers.database.stop();
  try {
    const response = await at('/readyz');
    expect([response.status, await response.text()]).toEqual([503, 'the database does not answer']);
    expect((await at('/healthz')).status).toBe(200);
  } finally {
    await servers.database.start();
  }
  expect((await at('/readyz')).status).toBe(200);
});

test('a client that sends its headers too slowly is cut off', async () => {
  const { hostname, port } = new URL(servers.urls[0] ?? '');
  const socket = connect(Number(port), hostname);
  const startedAt = performance.now();
  socket.write('POST /v1/shares HTTP/1.1\r\nHost: x\r\n');
  const drip = setInterval(() => socket.write('X: y\r\n'), 500);
  socket.on('error', () => {});
  let answer = '';
  socket.on('data', (data) => void (answer += data.toString()));
  await once(socket, 'close');
  clearInterval(drip);
  expect(answer).toMatch(/^HTTP\/1\.1 408/);
  expect(performance.now() - startedAt).toBeLessThan(20_000);
}, 30_000);

test('SIGTERM lets a request finish, takes no further one, and ends the process with 0', async () => {
  const { hostname, port } = new URL(servers.urls[1] ?? '');
  const headers = { authorization: `Bearer ${servers.key}`, 'content-type': 'application/x-ndjson' };
  const upload = request({ hostname, port, path: '/v1/shares:batch', method: 'POST', headers });
  upload.write(LINE);
  const [response] = await once(upload, 'response');
  const lines = response[Symbol.asyncIterator]();
  expect(String((await lines.next()).value)).toContain('"ok":true');
  const ended = servers.kill(1, 'SIGTERM');
  await expect
    .poll(() =>
      fetch(`${servers.urls[1]}/healthz`).then(
        () => 'open',
        () => 'closed',
      ),
    )
    .toBe('closed');
  upload.end(LINE);
  let rest = '';
  for (;;) {
    const { done, value } = await lines.next();
    if (done === true) break;
    rest += String(value);
  }
  expect(rest).toContain('"ok":true');
  expect(await ended).toBe(0);
}, 30_000);

test('a second server on one PGlite folder does not start, and the first is not disturbed', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'grant-folder-'));
  const env = { ...servers.env, DATABASE_URL: '', GRANT_DATA: folder };
  const port = String(await freePort());
  const first = await started({ ...env, PORT: port });
  try {
    const second = spawnSync(process.execPath, [BIN], {
      env: { ...env, PORT: String(await freePort()) },
      encoding: 'utf8',
    });
    expect(second.status).toBe(2);
    expect(second.stderr).toMatch(/the data folder is in use \(process \d+\): stop that process/);
    expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    expect(JSON.parse(await readFile(path.join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: first.pid });
  } finally {
    const ended = once(first, 'exit');
    first.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}, 180_000);
