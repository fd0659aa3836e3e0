// Servers of objects of known CRC-64, on a port of their own: nginx, or one of ours that is slow in a certain way.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createCrc64 } from '@ossgrant/crc64';

/**
 * @typedef {object} ServerOptions
 * @property {number} size of each object, in bytes
 * @property {number} [count] 1, `object.bin`; or so many, `object-0` and so on, all alike
 * @property {number} [rate] bytes a second that each connection gets; no limit by default
 * @property {boolean} [tls]
 * @property {import('./paced-server.mjs').Pace} [pace] a server of ours instead of nginx, which has objects of all names
 */

/** @param {string} command */
export const isInstalled = (command) => spawnSync(command, ['--version']).error === undefined;

/** @param {ServerOptions} options */
export async function startServer({ size, count, rate = 0, tls = false, pace }) {
  if (pace !== undefined) return startPacedServer({ size, ...pace });
  if (spawnSync('nginx', ['-v']).error !== undefined) return undefined;
  const folder = await mkdtemp(path.join(process.env['OSSGRANT_FOLDER'] ?? tmpdir(), 'ossgrant-bench-'));
  const root = path.join(folder, 'root');
  await mkdir(path.join(root, 'bucket'), { recursive: true });
  const first = count === undefined ? 'object.bin' : 'object-0';
  const crc64 = await writeObject(path.join(root, 'bucket', first), size);
  for (let index = 1; index < (count ?? 1); index += 1) {
    await link(path.join(root, 'bucket', first), path.join(root, 'bucket', `object-${index}`));
  }
  // Some clients address a server by its IP without the bucket.
  for (let index = 0; index < (count ?? 1); index += 1) {
    const name = count === undefined ? first : `object-${index}`;
    await link(path.join(root, 'bucket', name), path.join(root, name));
  }
  const certificate = path.join(folder, 'cert.pem');
  if (tls) makeCertificate(folder);
  const port = await freePort();
  await writeFile(
    path.join(folder, 'nginx.conf'),
    `daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log stderr crit;
events { worker_connections 256; }
http { access_log off; sendfile on; tcp_nopush on; client_body_temp_path ${folder}; proxy_temp_path ${folder};
fastcgi_temp_path ${folder}; uwsgi_temp_path ${folder}; scgi_temp_path ${folder}; keepalive_requests 100000;
server { listen 127.0.0.1:${port}${tls ? ` ssl; ssl_certificate ${certificate}; ssl_certificate_key ${folder}/key.pem` : ''};
root ${root}; limit_rate ${rate}; add_header x-oss-hash-crc64ecma ${crc64}; } }`,
  );
  const nginx = spawn('nginx', ['-c', path.join(folder, 'nginx.conf'), '-e', 'stderr'], { stdio: 'inherit' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    folder,
    certificate,
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/bucket/`,
    async close() {
      nginx.kill();
      await once(nginx, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @param {import('./paced-server.mjs').Pace & { size: number }} options */
async function startPacedServer(options) {
  const folder = await mkdtemp(path.join(process.env['OSSGRANT_FOLDER'] ?? tmpdir(), 'ossgrant-bench-'));
  const script = path.join(import.meta.dirname, 'paced-server.mjs');
  const server = spawn(process.execPath, [script, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [port] = await once(server.stdout, 'data');
  return {
    folder,
    certificate: '',
    url: `http://127.0.0.1:${String(port).trim()}/bucket/`,
    async close() {
      server.kill();
      await once(server, 'exit');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** @param {string} file @param {number} size */
async function writeObject(file, size) {
  const crc = createCrc64();
  const handle = await open(file, 'w');
  const piece = Buffer.alloc(1 << 20, 'some bytes ');
  for (let at = 0; at < size; at += piece.length) {
    piece.writeDoubleLE(at, 0);
    const bytes = piece.subarray(0, size - at);
    crc.update(bytes);
    await handle.write(bytes);
  }
  await handle.close();
  return crc.digest();
}

/** @param {string} folder */
function makeCertificate(folder) {
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
  const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
  const options = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...files, ...names];
  execFileSync('openssl', options, { cwd: folder, stdio: 'ignore' });
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (probe.address());
  probe.close();
  await once(probe, 'close');
  return port;
}
