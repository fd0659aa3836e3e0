import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveEndpoint, signUrlV4 } from '@ossgrant/signer-core';

// GET of one large object over loopback: local-oss with a directory, against nginx that serves the same file.
// Both in one run, in turn, by the same client; the ratio is what counts. Needs a build, and nginx for the ratio.

const SIZE = Number(process.env['OSSGRANT_BENCH_BYTES'] ?? 2 ** 30);
const ROUNDS = 5;

/**
 * @param {string} url
 * @returns {Promise<number>} MB/s
 */
async function download(url) {
  const start = performance.now();
  const outgoing = request(url, { agent: false }).end();
  const [response] = await once(outgoing, 'response');
  let bytes = 0;
  response.on('data', (/** @type {Buffer} */ chunk) => (bytes += chunk.length));
  await once(response, 'end');
  if (response.statusCode !== 200 || bytes !== SIZE) throw new Error(`${response.statusCode}, ${bytes} bytes`);
  return bytes / 1e3 / (performance.now() - start);
}

/** @param {number} pid */
function residentMb(pid) {
  return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1024);
}

/** @returns {Promise<number>} */
async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** @param {string} root @param {string} folder */
async function startNginx(root, folder) {
  const port = await freePort();
  // Started by root it would change to a user that may not read the file.
  const user = process.getuid?.() === 0 ? 'user root; ' : '';
  const conf = `${user}daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr crit;
events {} http { access_log off; sendfile on; client_body_temp_path ${folder}; proxy_temp_path ${folder};
fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port}; root ${root}; } }`;
  await writeFile(join(folder, 'nginx.conf'), conf);
  const child = spawn('nginx', ['-c', join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: 'inherit' });
  const failed = once(child, 'error').then(([error]) => error);
  await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 500))]);
  return { child, port };
}

const folder = await mkdtemp(join(tmpdir(), 'local-oss-bench-'));
const program = new URL('../../packages/local-oss/dist/bin/local-oss.js', import.meta.url).pathname;
const seed = join(folder, 'seed', 'bench-bucket');
await mkdir(seed, { recursive: true });
const file = await open(join(seed, 'big.bin'), 'w');
const piece = Buffer.alloc(1 << 20, 'local-oss');
for (let written = 0; written < SIZE; written += piece.length) await file.write(piece.subarray(0, SIZE - written));
await file.close();

const server = spawn(process.execPath, [program, '--directory', join(folder, 'data'), '--seed', join(folder, 'seed')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const environment = String((await once(server.stdout, 'data'))[0]);
const variable = (/** @type {string} */ name) => new RegExp(`${name}='([^']*)'`).exec(environment)?.[1] ?? '';
const endpoint = resolveEndpoint({ endpoint: variable('OSS_ENDPOINT'), region: variable('OSS_REGION') });
const owner = { accessKeyId: variable('OSS_ACCESS_KEY_ID'), accessKeySecret: variable('OSS_ACCESS_KEY_SECRET') };
const link = () => {
  const object = { method: 'GET', endpoint, bucket: 'bench-bucket', key: 'big.bin' };
  const { origin, path } = signUrlV4(object, owner, { date: new Date(), expiresInSeconds: 600 });
  return origin + path;
};
const data = join(folder, 'data', 'bench-bucket', 'data');
const [name = ''] = await readdir(data);
const nginx = await startNginx(data, folder);

try {
  const [ours, theirs] = [[0], [0]].map(() => /** @type {number[]} */ ([]));
  const before = residentMb(server.pid ?? 0);
  let peak = before;
  for (let round = 0; round < ROUNDS; round += 1) {
    ours?.push(await download(link()));
    peak = Math.max(peak, residentMb(server.pid ?? 0));
    if (nginx.child.exitCode === null && nginx.child.pid !== undefined) {
      theirs?.push(await download(`http://127.0.0.1:${nginx.port}/${name}`));
    }
  }
  const median = (/** @type {number[]} */ values) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
  const [mine, other] = [median(ours ?? []), median(theirs ?? [])];
  console.log(`local-oss  ${mine.toFixed(0)} MB/s, resident ${before} MB before, at most ${peak} MB`);
  console.log(
    other > 0
      ? `nginx      ${other.toFixed(0)} MB/s\nratio      ${(mine / other).toFixed(2)}`
      : 'nginx is not installed',
  );
} finally {
  server.kill('SIGTERM');
  nginx.child.kill('SIGTERM');
  await rm(folder, { recursive: true, force: true });
}
