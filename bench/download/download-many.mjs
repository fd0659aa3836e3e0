// Ten thousand objects by one downloadAll: most small, some in parts. Memory must be flat, and open files and connections within
// the budget, however long the list is: a file for each download and its checkpoint now and then, and as many connections, which
// each of the two servers may keep for a while. Needs a build, and /proc. OSSGRANT_COUNT is the number of objects.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fromUrl } from '@ossgrant/http-downloader';
import { downloadAll } from '@ossgrant/http-downloader/file';
import { startServer } from './download-server.mjs';

const COUNT = Number(process.env['OSSGRANT_COUNT'] ?? 10_000);
const CONNECTIONS = 16;
const LARGE_EVERY = 500;
const MIB = 1 << 20;
const PAGE = 4096;
/** Growth of memory in the second half, in MiB, that counts as flat. */
const FLAT = 8;

const small = await startServer({ size: 16_384, pace: {} });
const large = await startServer({ size: 20 * MIB, pace: { each: 40 * MIB } });
const folder = await mkdtemp(path.join(process.env['OSSGRANT_FOLDER'] ?? tmpdir(), 'ossgrant-many-'));
if (small === undefined || large === undefined) throw new Error('no server');
const [smallUrl, largeUrl] = [small.url, large.url];

function* items() {
  for (let index = 0; index < COUNT; index += 1) {
    const url = index % LARGE_EVERY === LARGE_EVERY - 1 ? largeUrl : smallUrl;
    yield { source: fromUrl(`${url}object-${index}`), path: path.join(folder, `object-${index}`) };
  }
}

/** What is open, apart from what was before. */
function openFiles() {
  const targets = readdirSync('/proc/self/fd').map((number) => {
    try {
      return readlinkSync(`/proc/self/fd/${number}`);
    } catch {
      return '';
    }
  });
  return {
    sockets: targets.filter((target) => target.startsWith('socket:')).length,
    files: targets.filter((target) => target.startsWith(`${folder}/`)).length,
  };
}

const resident = () => (Number(readFileSync('/proc/self/statm', 'utf8').split(' ')[1]) * PAGE) / MIB;

const before = openFiles();
const most = { sockets: 0, files: 0 };
/** @type {{ done: number, mib: number }[]} */
const samples = [];
let done = 0;
const startedAt = performance.now();
try {
  for await (const result of downloadAll(items(), { connections: CONNECTIONS })) {
    if (result.status !== 'completed' || result.result.verified !== 'crc64')
      throw new Error(`${result.status}: ${result.path}`);
    done += 1;
    const { sockets, files } = openFiles();
    most.sockets = Math.max(most.sockets, sockets - before.sockets);
    most.files = Math.max(most.files, files);
    if (done % Math.ceil(COUNT / 20) === 0) samples.push({ done, mib: resident() });
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const left = (await readdir(folder)).length;
  for (const { done: count, mib } of samples)
    console.log(`${String(count).padStart(7)} objects ${mib.toFixed(1).padStart(7)} MiB`);
  const half = samples.slice(samples.length >> 1);
  const growth = (half.at(-1)?.mib ?? 0) - (half[0]?.mib ?? 0);
  console.log(`» ${done} objects in ${seconds.toFixed(1)} s, every CRC-64 right; ${left} files in the folder`);
  console.log(
    `» resident at most ${Math.max(...samples.map(({ mib }) => mib)).toFixed(1)} MiB, ${growth.toFixed(1)} MiB more in the second half (at most ${FLAT})`,
  );
  console.log(
    `» open at most: ${most.files} files, ${most.sockets} connections, for a budget of ${CONNECTIONS} connections`,
  );
  const isRight = done === COUNT && left === COUNT;
  if (!isRight || growth > FLAT || most.files > CONNECTIONS + 4 || most.sockets > 2 * CONNECTIONS) process.exitCode = 1;
} finally {
  await rm(folder, { recursive: true, force: true });
  await small.close();
  await large.close();
}
process.exit();
