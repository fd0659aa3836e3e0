// Many small objects from nginx to files, 16 at a time, by ours and by others. Ours checks CRC-64, fsyncs and renames each. Needs a
// build and nginx; curl and aria2c take part when installed.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { compareDownloads, ofNode, ofProgram } from './compare-downloads.mjs';

const COUNT = 2000;
const SIZE = 65_536;

/** Writes a list for programs, outside of what is timed by much. @param {string} file @param {(index: number) => string} line */
function list(file, line) {
  writeFileSync(file, Array.from({ length: COUNT }, (_, index) => line(index)).join('\n'));
  return file;
}

await compareDownloads(`Download of ${COUNT} objects of ${SIZE} bytes, 16 at a time`, { size: SIZE, count: COUNT }, [
  ofNode('ossgrant'),
  ofNode('ali-oss', { speed: 2 }, 'ali-oss get'),
  ofNode('undici', {}, 'undici request + pipeline'),
  ...ofProgram('curl -Z', {}, ({ url, target }) => {
    const config = list(`${target}list`, (index) => `url = "${url}${index}"\noutput = "${target}${index}"`);
    return `curl -s -Z --parallel-max 16 -K ${config}`;
  }),
  ...ofProgram('aria2c -j16', { speed: 0.6 }, ({ url, target }) => {
    const file = list(`${target}list`, (index) => `${url}${index}\n  out=${path.basename(target)}${index}`);
    return `aria2c -q -j16 --file-allocation=none -d ${path.dirname(target)} -i ${file}`;
  }),
]);
