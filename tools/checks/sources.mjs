// Reads every source file for what no other tool looks at. Each rule stands for a defect that has a way of coming back:
// files that grow past reading; `export *`, which publishes what nobody decided to; top-level await, which breaks
// require(esm); a published package that leans on the test server; a fetch that some runtimes refuse; machine paths in committed text.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_SOURCE_LINES = 300;
const MAX_TEST_LINES = 400;

/** @type {{ files: RegExp, test: (text: string, file: string) => boolean, says: string }[]} */
const RULES = [
  {
    // Nobody reads what is made from a description.
    files: /\/src\/.*(?<!\.generated)\.ts$/,
    test: (text) => text.split('\n').length - 1 > MAX_SOURCE_LINES,
    says: `is longer than ${MAX_SOURCE_LINES} lines: split it where the halves have different reasons to change`,
  },
  {
    files: /(?<!\.generated)\.(ts|mjs|cjs)$/,
    test: (text) => text.split('\n').length - 1 > MAX_TEST_LINES,
    says: `is longer than ${MAX_TEST_LINES} lines`,
  },
  {
    // Lists of exports and programs' first files have nothing of their own.
    files: /^packages\/.*\/src\/(?!(.*\/)?index\.ts$|bin\/|(internal|testing|ossgrant)\.ts$).*\.ts$/,
    test: (text) => !text.includes('/**'),
    says: 'has no docstring: say what it is for, its one reason to change',
  },
  { files: /\/src\/.*\.ts$/, test: (text) => /^export \*/m.test(text), says: 'has "export *": list the names' },
  {
    files: /\/src\/.*\.ts$/,
    test: (text) => /^(export )?(const [^=]*= )?await /m.test(text),
    says: 'has a top-level await: it breaks require(esm)',
  },
  {
    files: /^packages\/(?!local-oss\/|cli\/).*\/src\//,
    test: (text) => text.includes("'@ossgrant/local-oss"),
    says: 'imports local-oss: that is for tests, and for the command that starts it',
  },
  {
    files: /^packages\/(?!local-oss\/|cli\/).*\/src\//,
    test: (text) => text.includes("redirect: 'error'"),
    says: "has a fetch with redirect 'error', at which Cloudflare's Workers throw: take 'manual', and refuse what is not a success",
  },
  {
    files: /./,
    test: (text, file) => file !== 'tools/checks/sources.mjs' && /(?<![\w.])\/(work|home|root)\/\w/.test(text),
    says: 'names a path of one machine',
  },
];

const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z'], {
  encoding: 'utf8',
});
const files = listed.split('\0').filter((file) => file !== '' && !/\/vectors\/|pnpm-lock/.test(file));
let problems = 0;
for (const file of files) {
  /** @type {string} */
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    continue; // Deleted, but not yet committed.
  }
  for (const rule of RULES) {
    if (!rule.files.test(file) || !rule.test(text, file)) continue;
    problems += 1;
    console.error(`${file} ${rule.says}`);
  }
}
console.log(`${files.length} files, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;
