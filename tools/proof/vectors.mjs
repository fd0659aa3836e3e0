// Counts the vectors that pass, by scheme, as the tests ran them: through the pure steps and through the public functions.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';

const REPORT = '.proof/vectors.json';
const tests = ['vectors.test.ts', 'vectors-public.test.ts'].map((file) => `packages/signer-core/test/${file}`);
const { status, stderr } = spawnSync('vitest', ['run', ...tests, '--reporter=json', `--outputFile=${REPORT}`], {
  encoding: 'utf8',
});
if (status !== 0) console.error(stderr);

/** @type {Map<string, { passed: number, all: number }>} */
const groups = new Map();
for (const file of JSON.parse(readFileSync(REPORT, 'utf8')).testResults) {
  for (const { ancestorTitles, status: result } of file.assertionResults) {
    const group = groups.get(ancestorTitles.join(' > ')) ?? { passed: 0, all: 0 };
    group.all += 1;
    if (result === 'passed') group.passed += 1;
    groups.set(ancestorTitles.join(' > '), group);
  }
}
rmSync(REPORT);
for (const [title, { passed, all }] of groups) console.log(`${passed} of ${all}  ${title}`);
process.exitCode = status ?? 1;
