// Adds up what CI ran: tests from vitest's reports, checks from the last line of `tools/check.mjs`. A report that is missing
// is a failure, so that a run that died cannot look green, and so is a part of docs/compatibility.md that no test has compared.
import { existsSync, readdirSync, readFileSync } from 'node:fs';

let passed = 0;
let failed = 0;

for (const file of ['.reports/vitest.json', '.reports/programs.json']) {
  if (!existsSync(file)) {
    console.log(`${file} is missing: its tests did not run to the end`);
    failed += 1;
    continue;
  }
  const report = JSON.parse(readFileSync(file, 'utf8'));
  passed += report.numPassedTests;
  // A file that cannot be loaded has no tests to fail.
  failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
}

const page = readFileSync('docs/compatibility.md', 'utf8');
const marks = [...page.matchAll(/^<!-- begin (.+) -->$/gm)].map(([, mark]) => mark);
const compared = existsSync('.reports/compatibility') ? readdirSync('.reports/compatibility') : [];
for (const mark of marks.filter((name) => !compared.includes(name ?? ''))) {
  console.log(`docs/compatibility.md: nothing has run "${mark}"`);
  failed += 1;
}
console.log(`${marks.length} parts of docs/compatibility.md, ${compared.length} compared with a run`);

const checks = existsSync('.reports/checks.txt') ? readFileSync('.reports/checks.txt', 'utf8') : '';
const counted = /^(\d+) passed, (\d+) failed$/m.exec(checks);
passed += Number(counted?.[1] ?? 0);
failed += Number(counted?.[2] ?? 1);
if (process.argv[2] !== '0' && failed === 0) failed = 1;

console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
