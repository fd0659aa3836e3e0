// What the packages that sign, and the command line, cost: their tarballs and dependencies, and how long Node takes until the
// first signed URL.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

const RUNS = 15;

for (const name of ['signer-core', 'url-presigner', 'cli']) {
  /** @type {Record<string, { size: number, unpackedSize: number, entryCount: number }>} */
  const packed = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], {
      cwd: `packages/${name}`,
      encoding: 'utf8',
    }),
  );
  // npm 11 and older give a list, newer ones an object by name.
  const [tarball] = Object.values(packed);
  /** @type {{ dependencies?: Record<string, string> }} */
  const { dependencies = {} } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8'));
  console.log(
    `${name}: tarball ${tarball?.size} bytes, unpacked ${tarball?.unpackedSize} bytes, ${tarball?.entryCount} files, ${Object.keys(dependencies).length} dependencies`,
  );
  // How long a command takes to start is for the benchmark `cli-start`.
  if (name === 'cli') continue;

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
