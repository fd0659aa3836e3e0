// What signer-core costs: the tarball, what Node loads of it, and how long until the first signed URL, beside an empty script.
import { execFileSync, spawnSync } from 'node:child_process';

const packed = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json'], { cwd: 'packages/signer-core', encoding: 'utf8' }),
);
// npm 11 and older give a list, newer ones an object by name.
const [tarball] = /** @type {{ size: number, unpackedSize: number, entryCount: number }[]} */ (Object.values(packed));
console.log(`tarball ${tarball?.size} bytes, unpacked ${tarball?.unpackedSize} bytes, ${tarball?.entryCount} files`);

const SIGN = `
const t0 = performance.now();
const { resolveEndpoint, signUrlV4 } = await import('@ossgrant/signer-core');
const t1 = performance.now();
const endpoint = resolveEndpoint({ region: 'cn-hangzhou' });
signUrlV4({ method: 'GET', endpoint, bucket: 'my-bucket', key: 'a' }, { accessKeyId: 'id', accessKeySecret: 's' },
  { date: new Date(), expiresInSeconds: 60 });
console.log(JSON.stringify([t1 - t0, performance.now() - t0]));`;

/** @type {[number, number][]} */
const runs = [];
for (let run = 0; run < 15; run += 1) {
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', SIGN], {
    cwd: 'tools',
    encoding: 'utf8',
  });
  runs.push(JSON.parse(stdout));
}
/** @param {0 | 1} index */
const median = (index) =>
  runs
    .map((run) => run[index])
    .sort((a, b) => a - b)[7]
    ?.toFixed(1);
console.log(`import ${median(0)} ms, import and first URL ${median(1)} ms (median of ${runs.length} processes)`);
