// Packs the packages and tests the tarballs as strangers use them: `npm run packed`. With names it runs those parts.
import path from 'node:path';
import { checkConsumers } from './consumers.mjs';
import { checkFirstShare } from './first-share.mjs';
import { lintPacked, weighPacked } from './inspect.mjs';
import { packAll } from './pack.mjs';
import { deleteProjects } from './project.mjs';
import { checkRuntimes } from './runtimes.mjs';

process.chdir(path.join(import.meta.dirname, '../..'));
const asked = process.argv.slice(2).filter((name) => !name.startsWith('--'));
const writes = process.argv.includes('--write');
let passed = 0;
let failed = 0;

/** @type {import('./inspect.mjs').Report} */
function report(name, ok, output = '') {
  if (ok) passed += 1;
  else failed += 1;
  console.log(`${ok ? '✓' : '✗'} ${name}`);
  if (!ok) console.log(output.trim());
}

const packed = packAll();
/** @type {Record<string, () => void | Promise<void>>} */
const PARTS = {
  pack: () => report(`${packed.length} tarballs in .packed`, true),
  lint: () => lintPacked(packed, report),
  weigh: () => weighPacked(packed, report, writes),
  consumers: () => checkConsumers(packed, report),
  'first-share': () => checkFirstShare(packed, report),
  runtimes: () => checkRuntimes(packed, report, writes),
};
const unknown = asked.find((name) => !Object.hasOwn(PARTS, name));
if (unknown !== undefined) {
  console.error(`unknown part "${unknown}": one of ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
for (const [name, part] of Object.entries(PARTS)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  try {
    await part();
  } finally {
    deleteProjects();
  }
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
