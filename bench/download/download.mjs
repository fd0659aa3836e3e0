// One object from nginx to a file, by ours and by others, over HTTP and over HTTPS. Ours checks CRC-64, fsyncs, renames and keeps a
// checkpoint; the others do none of it. Needs a build and nginx; curl and aria2c take part when installed.
import path from 'node:path';
import { compareDownloads, ofNode, ofProgram } from './compare-downloads.mjs';

const SIZE = Number(process.env['OSSGRANT_BYTES'] ?? 2 ** 30);

/** @param {number} connections @param {number} speed */
const aria2c = (connections, speed) =>
  ofProgram(`aria2c -x${connections}`, { speed }, ({ url, target, certificate }) => {
    const options = `-q -x${connections} -s${connections} -k1M --file-allocation=none --ca-certificate=${certificate}`;
    return `aria2c ${options} -d ${path.dirname(target)} -o ${path.basename(target)} ${url}`;
  });
/** @param {import('./compare-downloads.mjs').Goal} goal */
const curl = (goal) =>
  ofProgram('curl', goal, ({ url, target, certificate }) => `curl -s --cacert ${certificate} -o ${target} ${url}`);

await compareDownloads(`Download of ${SIZE} bytes over HTTP`, { size: SIZE }, [
  ofNode('ossgrant'),
  ofNode('ossgrant-1', {}, 'ossgrant, 1 connection'),
  ofNode('ali-oss', { speed: 1.5, cpu: 0.9 }, 'ali-oss get'),
  ofNode('undici', { speed: 1.25 }, 'undici request + pipeline'),
  ...curl({ speed: 0.75, cpu: 2 }),
  ...aria2c(4, 0.95),
]);
await compareDownloads(`Download of ${SIZE} bytes over HTTPS`, { size: SIZE, tls: true }, [
  ofNode('ossgrant'),
  ofNode('ali-oss', {}, 'ali-oss get'),
  ofNode('undici', { speed: 1.35 }, 'undici request + pipeline'),
  ...curl({ speed: 0.6 }),
  ...aria2c(4, 0.8),
]);
