// Runs the repository's checks, all of them even when one fails, and shows the output of those that do. With names as
// arguments it runs those. The last line counts.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';

process.chdir(path.join(import.meta.dirname, '..'));

/** @type {{ name: string, command: string, needs: string[] }[]} `needs`: what bootstrap.cjs installs; nothing means all */
const CHECKS = JSON.parse(readFileSync('tools/checks/checks.json', 'utf8'));

const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !CHECKS.some((check) => check.name === name));
if (unknown !== undefined) {
  console.error(`unknown check "${unknown}": one of ${CHECKS.map((check) => check.name).join(', ')}`);
  process.exit(2);
}
const env = {
  ...process.env,
  PATH: `${path.resolve('node_modules/.bin')}${path.delimiter}${process.env['PATH']}`,
  TURBO_TELEMETRY_DISABLED: '1',
};

let passed = 0;
let failed = 0;
for (const { name, command } of CHECKS.filter((check) => wanted.length === 0 || wanted.includes(check.name))) {
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(command, { shell: true, encoding: 'utf8', env, maxBuffer: 1 << 28 });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (status === 0) passed += 1;
  else failed += 1;
  console.log(`${status === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
  // Of a check that passed, the lines that it marks with `»` are results to be read.
  const results = stripVTControlCharacters(stdout).match(/^» .*$/gm);
  const shown = status === 0 ? results?.join('\n') : `${stdout}${stderr}`;
  if (shown !== undefined) console.log(shown);
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
