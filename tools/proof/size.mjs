// What the packages that sign cost: their tarballs, and how long Node takes until the first signed URL.
import { execFileSync, spawnSync } from 'node:child_process';
import path from 'node:path';

const RUNS = 15;

for (const name of ['signer-core', 'url-presigner']) {
  /** @type {Record<string, { size: number, unpackedSize: number, entryCount: number }>} */
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
      cwd: `packages/${name}`,
      encoding: 'utf8',
    }),
  );
  // npm 11 and older give a list, newer ones an object by name.
  const [tarball] = Object.values(packed);
  console.log(
    `${name}: tarball ${tarball?.size} bytes, unpacked ${tarball?.unpackedSize} bytes, ${tarball?.entryCount} files`,
  );

  /** @type {[number, number][]} */
  const runs = [];
  for (let run = 0; run < RUNS; run += 1) {
    const script = path.join(import.meta.dirname, 'first-url.mjs');
    runs.push(JSON.parse(spawnSync(process.execPath, [script, name], { encoding: 'utf8' }).stdout));
  }
  console.log(`${name}: import ${median(runs, 0)} ms, import and first URL ${median(runs, 1)} ms (median of ${RUNS})`);
}

/** @param {[number, number][]} runs @param {0 | 1} index */
function median(runs, index) {
  const sorted = runs.map((run) => run[index]).sort((a, b) => a - b);
  return sorted[RUNS >> 1]?.toFixed(1);
}
