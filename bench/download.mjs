// One object from nginx to a file, by ours and by others, in turn, each in a process of its own. Ours checks CRC-64, fsyncs,
// renames and keeps a checkpoint; the others do none of it. Needs a build and nginx; curl and aria2c take part when installed.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCrc64 } from '@ossgrant/crc64';

const SIZE = Number(process.env['OSSGRANT_BYTES'] ?? 2 ** 30);
const ROUNDS = Number(process.env['OSSGRANT_ROUNDS'] ?? 7);
/** Bytes a second that the server gives each connection; 0 for no limit. */
const RATE = Number(process.env['OSSGRANT_RATE'] ?? 0);

const isInstalled = (/** @type {string} */ command) => spawnSync(command, ['--version']).error === undefined;
if (spawnSync('nginx', ['-v']).error !== undefined) {
  console.log('\nDownload: not run, as nginx is not installed\n');
  process.exit(0);
}

const folder = await mkdtemp(path.join(process.env['OSSGRANT_FOLDER'] ?? tmpdir(), 'ossgrant-bench-'));
const crc = createCrc64();
await mkdir(path.join(folder, 'root', 'bucket'), { recursive: true });
const file = await open(path.join(folder, 'root', 'bucket', 'object.bin'), 'w');
const piece = Buffer.alloc(1 << 20, 'some bytes ');
for (let at = 0; at < SIZE; at += piece.length) {
  piece.writeDoubleLE(at, 0);
  const bytes = piece.subarray(0, SIZE - at);
  crc.update(bytes);
  await file.write(bytes);
}
await file.close();
// Some clients address a server by its IP without the bucket.
await link(path.join(folder, 'root', 'bucket', 'object.bin'), path.join(folder, 'root', 'object.bin'));

const probe = createServer().listen(0, '127.0.0.1');
await once(probe, 'listening');
const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
probe.close();
await once(probe, 'close');
await writeFile(
  path.join(folder, 'nginx.conf'),
  `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; client_body_temp_path ${folder}; proxy_temp_path ${folder};
fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder};
server { listen 127.0.0.1:${port}; root ${folder}/root; limit_rate ${RATE};
add_header x-oss-hash-crc64ecma ${crc.digest()}; } }`,
);
const nginx = spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: 'inherit' });
await new Promise((resolve) => setTimeout(resolve, 500));

const url = `http://127.0.0.1:${port}/bucket/object.bin`;
const target = path.join(folder, 'target.bin');

/** @typedef {{ seconds: number, cpu: number, mebibytes: number }} Figures */

/** @param {string} name @returns {Figures} */
function node(name) {
  const script = path.join(import.meta.dirname, 'download-one.mjs');
  return JSON.parse(execFileSync(process.execPath, [script, name, url, target], { encoding: 'utf8' }));
}

/** A program's time as the shell counts it, starting up included. @param {string} command @returns {Figures} */
function program(command) {
  const { stderr, status } = spawnSync('bash', ['-c', `TIMEFORMAT='%R %U %S'; time ${command}`], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command.split(' ')[0]}: ${stderr}`);
  const [seconds = 0, user = 0, system = 0] = (stderr.trim().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { seconds, cpu: user + system, mebibytes: Number.NaN };
}

/** @type {[name: string, run: () => Figures][]} */
const contenders = [
  ['ossgrant', () => node('ossgrant')],
  ['ossgrant, 1 connection', () => node('ossgrant-1')],
  ['ali-oss get', () => node('ali-oss')],
  ['undici request + pipeline', () => node('undici')],
];
if (isInstalled('curl')) contenders.push(['curl', () => program(`curl -s -o ${target} ${url}`)]);
for (const connections of isInstalled('aria2c') ? [4, 16] : []) {
  const options = `-q -x${connections} -s${connections} -k1M --file-allocation=none --allow-overwrite=true`;
  contenders.push([
    `aria2c -x${connections}`,
    () => program(`aria2c ${options} -d ${folder} -o ${path.basename(target)} ${url}`),
  ]);
}

try {
  const figures = contenders.map(() => /** @type {Figures[]} */ ([]));
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, [, run]] of contenders.entries()) {
      await rm(target, { force: true });
      const result = run();
      // The first round warms up.
      if (round >= 0) figures[index]?.push(result);
    }
  }
  const sorted = (/** @type {number} */ index, /** @type {keyof Figures} */ name) =>
    (figures[index] ?? []).map((figure) => figure[name]).sort((a, b) => a - b);
  const median = (/** @type {number[]} */ values) => values[values.length >> 1] ?? Number.NaN;
  const gibibytes = SIZE / 2 ** 30;
  console.log(`\nDownload of ${SIZE} bytes to a file, ${ROUNDS} rounds\n`);
  console.log('| contender | s median | min | max | MiB/s | theirs / ours | CPU s/GiB | RSS MiB |');
  console.log('|---|---|---|---|---|---|---|---|');
  const ours = median(sorted(0, 'seconds'));
  for (const [index, [name]] of contenders.entries()) {
    const seconds = sorted(index, 'seconds');
    const cells = [
      name,
      median(seconds).toFixed(3),
      seconds[0]?.toFixed(3),
      seconds.at(-1)?.toFixed(3),
      (SIZE / 2 ** 20 / median(seconds)).toFixed(0),
      (median(seconds) / ours).toFixed(2),
      (median(sorted(index, 'cpu')) / gibibytes).toFixed(2),
      median(sorted(index, 'mebibytes')).toFixed(0),
    ];
    console.log(`| ${cells.join(' | ')} |`);
  }
} finally {
  nginx.kill();
  await once(nginx, 'exit');
  await rm(folder, { recursive: true, force: true });
}
