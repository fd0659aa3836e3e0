import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

/**
 * @typedef {object} PostgresServer A PostgreSQL of its own for tests and benchmarks.
 * @property {string} url
 * @property {string} bin folder of its programs, such as pgbench
 * @property {number} port
 * @property {() => Promise<void>} stop stops it as a crash would
 * @property {() => Promise<void>} start starts it again
 * @property {() => Promise<void>} close
 */

// PostgreSQL refuses to run as root; this is Debian's `nobody`.
const NOBODY = 65_534;

/** Where Debian keeps the programs. @returns {Promise<string>} */
async function findPrograms() {
  const versions = await readdir('/usr/lib/postgresql').catch(() => []);
  const newest = versions.toSorted((a, b) => Number(a) - Number(b)).at(-1);
  if (newest !== undefined) return `/usr/lib/postgresql/${newest}/bin`;
  throw new Error('PostgreSQL is missing: apt-get install postgresql');
}

/** A port that was free a moment ago. @returns {Promise<number>} */
export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  await new Promise((resolve) => server.close(resolve));
  return address.port;
}

/**
 * Starts a PostgreSQL on a free port of the loopback, with its data in a temporary folder.
 *
 * @returns {Promise<PostgresServer>}
 */
export async function startPostgres() {
  const bin = await findPrograms();
  const identity = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  const folder = await mkdtemp(path.join(tmpdir(), 'ossgrant-postgres-'));
  if (process.getuid?.() === 0) await chown(folder, NOBODY, NOBODY);
  const data = path.join(folder, 'data');
  const init = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-locale'];
  await promisify(execFile)(`${bin}/initdb`, init, { ...identity, cwd: folder });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;

  function start() {
    const options = ['-D', data, '-p', String(port), '-h', '127.0.0.1', '-k', folder];
    return spawn(`${bin}/postgres`, options, { ...identity, cwd: folder, stdio: 'ignore' });
  }

  async function ready() {
    for (let attempt = 0; ; attempt += 1) {
      const client = new pg.Client({ connectionString: url });
      client.on('error', () => {});
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (attempt > 400) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  /** @param {NodeJS.Signals} signal */
  async function stop(signal) {
    const ended = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await ended;
  }

  let server = start();
  await ready();
  return {
    url,
    bin,
    port,
    // SIGQUIT: at once, without the tidying of a planned stop.
    stop: () => stop('SIGQUIT'),
    async start() {
      server = start();
      await ready();
    },
    async close() {
      await stop('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}
