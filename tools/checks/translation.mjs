// The Chinese README says which English text it was made from. When the English one moves on, the check fails until somebody has looked
// at the translation again and written the new hash into it: a translation that lags behind in silence misleads.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const hash = createHash('sha256').update(readFileSync('README.md')).digest('hex');
const written = /sha256: (\w+)/.exec(readFileSync('README.zh-CN.md', 'utf8'))?.[1];
if (written === hash) console.log('README.zh-CN.md is of this README.md');
else {
  console.error(
    `README.md has changed: bring README.zh-CN.md up to date and write "sha256: ${hash}" into its first line`,
  );
  process.exitCode = 1;
}
