// Downloads to files, by ours and by others, from nginx and from servers that are slow in certain ways. Ours checks CRC-64, fsyncs,
// renames and keeps a checkpoint; the others do none of it. Needs a build and nginx; curl and aria2c take part when installed.
// OSSGRANT_SCENARIO names those to run, separated by commas.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compareDownloads, ofNode, ofProgram } from './compare-downloads.mjs';

const MIB = 1 << 20;
const GIB = Number(process.env['OSSGRANT_BYTES'] ?? 1024 * MIB);
const RATE = 20 * MIB;

/** @param {number} connections @param {number} speed */
const aria2c = (connections, speed) =>
  ofProgram(`aria2c -x${connections}`, { speed }, ({ url, target, certificate }) => {
    const options = `-q -x${connections} -s${connections} -k1M --max-tries=0 --retry-wait=1 --file-allocation=none`;
    const trust = certificate === '' ? '' : `--ca-certificate=${certificate}`;
    return `aria2c ${options} ${trust} -d ${path.dirname(target)} -o ${path.basename(target)} ${url}`;
  });
const OVER_UNDICI = ofNode('ossgrant-undici', {}, "ossgrant over undici's connections");
/** @param {import('./compare-downloads.mjs').Goal} goal */
const curl = (goal) =>
  ofProgram('curl', goal, ({ url, target, certificate }) => `curl -s --cacert ${certificate} -o ${target} ${url}`);

/** Writes a list for programs, outside of what is timed by much. @param {string} file @param {number} count @param {(index: number) => string} line */
function list(file, count, line) {
  writeFileSync(file, Array.from({ length: count }, (_, index) => line(index)).join('\n'));
  return file;
}

const curlMany = ofProgram('curl -Z', {}, ({ url, target, count = 0 }) => {
  const config = list(`${target}list`, count, (index) => `url = "${url}${index}"\noutput = "${target}${index}"`);
  return `curl -s -Z --parallel-max 16 -K ${config}`;
});
/** @param {number} speed */
const aria2cMany = (speed) =>
  ofProgram('aria2c -j16', { speed }, ({ url, target, count = 0 }) => {
    const file = list(`${target}list`, count, (index) => `${url}${index}\n  out=${path.basename(target)}${index}`);
    return `aria2c -q -j16 --file-allocation=none -d ${path.dirname(target)} -i ${file}`;
  });

/** @typedef {import('./download-server.mjs').ServerOptions} Served */
/** @typedef {{ title: string, served: Served, others: import('./compare-downloads.mjs').Contender[] }} Scenario */

/** One object over several connections. @param {string} title @param {Served} served @param {number} speed @returns {Scenario} */
const limited = (title, served, speed) => ({ title, served, others: aria2c(16, speed) });
/** Many objects, 16 at a time. @param {Served} served @param {import('./compare-downloads.mjs').Contender[]} others @returns {Scenario} */
const many = (served, others) => ({ title: `${served.count} objects of ${served.size} bytes`, served, others });

/** @type {Record<string, Scenario>} */
const SCENARIOS = {
  http: {
    title: 'one object, HTTP',
    served: { size: GIB },
    others: [
      ofNode('ossgrant-1', { cpu: 1.05 }, 'ossgrant, 1 connection'),
      OVER_UNDICI,
      ofNode('ali-oss', { speed: 1.5, cpu: 0.9 }, 'ali-oss get'),
      ofNode('undici', { speed: 1.15 }, 'undici request + pipeline'),
      ...curl({ speed: 0.92, cpu: 1.35 }),
      ...aria2c(4, 1.05),
    ],
  },
  https: {
    title: 'one object, HTTPS',
    served: { size: GIB, tls: true },
    others: [
      OVER_UNDICI,
      ofNode('undici', { speed: 1.2 }, 'undici request + pipeline'),
      ...curl({ speed: 0.85 }),
      ...aria2c(4, 0.8),
    ],
  },
  'nginx-limited': limited('limit_rate of nginx, 20 MiB/s', { size: GIB, rate: RATE }, 0.95),
  paced: limited('20 MiB/s for each connection', { size: GIB, pace: { each: RATE } }, 0.95),
  'paced-256': limited('20 MiB/s for each connection', { size: 256 * MIB, pace: { each: RATE } }, 0.8),
  smooth: limited('5 MB/s for each connection', { size: 256 * MIB, pace: { each: 5e6 } }, 0.9),
  late: limited('responses after 100 ms, 20 MiB/s each', { size: 256 * MIB, pace: { each: RATE, lateMs: 100 } }, 0.7),
  bursts: limited('20 MB/s each, 60 MB at once', { size: GIB, pace: { each: 2e7, burst: 6e7 } }, 0.8),
  crowded: limited('503 beyond 6, 20 MB/s each', { size: 256 * MIB, pace: { each: 2e7, most: 6 } }, 0.85),
  links: many({ size: 65_536, count: 40, pace: { lateMs: 100 } }, [...curlMany, ...aria2cMany(1 / 1.2)]),
  'small-64k': many({ size: 65_536, count: 2000 }, [
    OVER_UNDICI,
    ofNode('ali-oss', { speed: 2 }, 'ali-oss get'),
    ofNode('undici', {}, 'undici request + pipeline'),
    ...curlMany,
    ...aria2cMany(1),
  ]),
  'small-4k': many({ size: 4096, count: 10_000 }, [OVER_UNDICI, ...curlMany, ...aria2cMany(1.4)]),
};

const NAMES = Object.keys(SCENARIOS);
const wanted = process.env['OSSGRANT_SCENARIO']?.split(',') ?? NAMES;
const unknown = wanted.find((name) => !NAMES.includes(name));
if (unknown !== undefined) {
  console.error(`unknown scenario "${unknown}": one of ${NAMES.join(', ')}`);
  process.exit(2);
}
for (const [name, { title, served, others }] of Object.entries(SCENARIOS)) {
  if (!wanted.includes(name)) continue;
  const size = served.count === undefined ? `, ${served.size} bytes` : ', 16 at a time';
  await compareDownloads(`${name}: ${title}${size}`, served, [ofNode('ossgrant'), ...others]);
}
