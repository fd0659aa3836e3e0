// How long one `ossgrant sign` takes, beside a Node that does nothing: whole processes, in turn.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';

const ROUNDS = Number(process.env['OSSGRANT_ROUNDS'] ?? 40);
const command = path.join(import.meta.dirname, '../packages/cli/dist/ossgrant.cjs');
if (!existsSync(command)) throw new Error('build first: pnpm --filter ossgrant run build');
const env = { OSS_REGION: 'cn-hangzhou', OSS_ACCESS_KEY_ID: 'LTAI5tExample', OSS_ACCESS_KEY_SECRET: 'example-secret' };

/** @param {string[]} args @returns {number} milliseconds */
function time(args) {
  const startedAt = performance.now();
  const { status, stderr } = spawnSync(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const took = performance.now() - startedAt;
  if (status !== 0) throw new Error(`ended with ${status}: ${String(stderr)}`);
  return took;
}

/** @param {number[]} values @param {number} part from 0 to 1 */
function quantile(values, part) {
  return [...values].sort((a, b) => a - b)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
}

/** @type {{ name: string, args: string[], times: number[] }[]} */
const contenders = [
  { name: 'node -e 0', args: ['-e', '0'], times: [] },
  { name: 'ossgrant sign', args: [command, 'sign', 'oss://my-bucket/report.pdf'], times: [] },
];
for (let round = -2; round < ROUNDS; round += 1) {
  for (const { args, times } of contenders) {
    const took = time(args);
    if (round >= 0) times.push(took);
  }
}
console.table(
  contenders.map(({ name, times }) => ({
    name,
    'min ms': quantile(times, 0).toFixed(1),
    'median ms': quantile(times, 0.5).toFixed(1),
    'min / min': (quantile(times, 0) / quantile(contenders[0]?.times ?? [], 0)).toFixed(2),
    'median / median': (quantile(times, 0.5) / quantile(contenders[0]?.times ?? [], 0.5)).toFixed(2),
  })),
);
