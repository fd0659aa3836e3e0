// What signer-core costs: its tarball, and how long Node takes until the first signed URL.
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

/** @type {Record<string, { size: number, unpackedSize: number, entryCount: number }>} */
const packed = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
    cwd: 'packages/signer-core',
    encoding: 'utf8',
  }),
);
// npm 11 and older give a list, newer ones an object by name.
const [tarball] = Object.values(packed);
console.log(`tarball ${tarball?.size} bytes, unpacked ${tarball?.unpackedSize} bytes, ${tarball?.entryCount} files`);

/** @type {[number, number][]} */
const runs = [];
for (let run = 0; run < 15; run += 1) {
  const script = path.join(import.meta.dirname, 'first-url.mjs');
  runs.push(JSON.parse(spawnSync(process.execPath, [script], { encoding: 'utf8' }).stdout));
}
/** @param {0 | 1} index */
const median = (index) =>
  runs
    .map((run) => run[index])
    .sort((a, b) => a - b)[7]
    ?.toFixed(1);
console.log(`import ${median(0)} ms, import and first URL ${median(1)} ms (median of ${runs.length} processes)`);
