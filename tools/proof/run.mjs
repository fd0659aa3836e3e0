// Runs the proofs: everything at full count, the soaks and the benchmarks. Without names it runs those that have not passed at
// this commit, so a run that was cut off resumes where it stopped; with names it runs those. Each leaves its output in
// .proof/, and .proof/report.md holds all of them.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

process.chdir(path.join(import.meta.dirname, '../..'));

/**
 * Of several commands each runs, whatever became of the one before.
 *
 * @type {Record<string, { shows: string, command: string | Record<string, string>, env?: Record<string, string> }>}
 */
const PROOFS = {
  vectors: { shows: 'signatures of other people, by scheme', command: 'node tools/proof/vectors.mjs' },
  differential: {
    shows: 'our signatures and ali-oss’s on 20,000 random requests of each kind',
    command: 'vitest run tests/clients/test/ali-oss-signing.test.ts --testTimeout 600000',
    env: { OSSGRANT_RUNS: '20000' },
  },
  tampering: {
    shows: 'local-oss refuses every request in which one byte was changed',
    command: 'vitest run packages/local-oss/test/auth --silent=false --reporter=verbose',
  },
  fuzz: {
    shows: 'local-oss under 100,000 hostile requests',
    command: 'vitest run packages/local-oss/test/fuzz --testTimeout 1200000 --silent=false',
    env: { OSSGRANT_RUNS: '100000' },
  },
  'fuzz-heads': {
    shows: '200,000 mutated heads of responses are read as undici reads them, or left to it',
    command:
      'vitest run packages/http-downloader/test/transport/response-heads.test.ts --project packages --testTimeout 1200000 --silent=false',
    env: { OSSGRANT_RUNS: '200000' },
  },
  'hostile-server': {
    shows:
      'downloads from 1,000 servers that cut, garble, stall and say too much end in the right file or in a typed error',
    command:
      'vitest run packages/http-downloader/test/faults/hostile-server.test.ts --project packages --testTimeout 3600000 --silent=false',
    env: { OSSGRANT_RUNS: '1000' },
  },
  kill: {
    shows: 'local-oss on disk survives 200 SIGKILLs during puts, completed uploads, deletes, appends and versions',
    command: 'node bench/local-oss/local-oss-sigkill.mjs',
  },
  'kill-download': {
    shows: 'downloads survive 200 SIGKILLs and resume from the bytes on disk',
    command: 'node bench/download/download-sigkill.mjs',
  },
  'grant-server': {
    shows:
      'crowds, kills, a crashed database and 300 random histories leave every use counted once; plans on 1,000,000 shares',
    command: {
      servers: 'vitest run --config vitest.programs.config.ts --silent=false tests/servers',
      histories:
        'vitest run packages/grant-handler/test/share-model.test.ts --testTimeout 1200000 --reporter=verbose --silent=false',
      plans: 'node bench/grant-server/plans.mjs',
    },
    env: { OSSGRANT_RUNS: '300' },
  },
  'grant-server-large': {
    shows:
      'redeem, list and events on 10,000,000 shares and 50,000,000 events beside an empty database: plans and p99 (GRANT_LARGE_SHARES, GRANT_LARGE_EVENTS for less; some 30 GB of disk)',
    command: 'node bench/grant-server/large.mjs',
  },
  'grant-server-memory': {
    shows: 'ten minutes of redeems leave the memory of the grant server flat (GRANT_MEMORY_SECONDS for less)',
    command: 'node bench/grant-server/memory.mjs',
  },
  'grant-server-soak': {
    shows:
      'half an hour of load on 3 grant servers, a random one killed every 20 s and PostgreSQL crashed twice: no acknowledged use lost, none over a limit, the audit log whole, memory and open files flat (OSSGRANT_SECONDS for less)',
    command:
      'OSSGRANT_SECONDS=${OSSGRANT_SECONDS:-1800} vitest run --config vitest.programs.config.ts --silent=false tests/servers/programs/grant-server-soak',
  },
  console: {
    shows:
      'the console in Chromium: every flow and state, 10,000 objects without a task of 50 ms, its first paint beside an empty page',
    command: 'vitest run --config vitest.programs.config.ts --silent=false tests/console',
    env: { OSSGRANT_ROUNDS: '1' },
  },
  recipient: {
    shows:
      "the recipient's page in Chromium: 1 GiB with flat memory, a ZIP of 1,001 objects and one of 5 GiB, every flow and state, bytes that it loads, throughput beside plain fetch",
    command: 'vitest run --config vitest.programs.config.ts --silent=false tests/recipient',
    env: { OSSGRANT_RUNS: '1001', OSSGRANT_BYTES: String(2 ** 30), OSSGRANT_ROUNDS: '5' },
  },
  soak: {
    shows: 'a download of 75 s outlives links of 3 s and tokens of 7 s',
    command: 'node bench/download/download-soak.mjs',
  },
  'many-downloads': {
    shows: '10,000 objects by one downloadAll: flat memory, open files and connections within the budget',
    command: 'node bench/download/download-many.mjs',
  },
  credentials: {
    shows: 'the cache in 10,000 random histories, and 10,000 hostile responses of STS',
    command: 'vitest run packages/credentials-core packages/credentials-sts --testTimeout 600000 --silent=false',
    env: { OSSGRANT_RUNS: '10000' },
  },
  'fuzz-options': {
    shows:
      'every public entry of the credentials packages, signer-core and crc64 refuses 100,000 wrong options with an error of its own',
    command: 'vitest run credential-options.fuzz public-entries.fuzz --testTimeout 1200000',
    env: { OSSGRANT_RUNS: '100000' },
  },
  explain: {
    shows: 'each cause of a refusal, made to happen, is named, and none that is wrong is certain',
    command: 'vitest run packages/url-presigner/test/explain --silent=false',
    env: { OSSGRANT_RUNS: '1' },
  },
  'fuzz-links': {
    shows:
      'every entry of url-presigner under 100,000 random options, and no link that claims more life than can be true',
    command:
      'vitest run packages/url-presigner/test/fuzz.test.ts packages/url-presigner/test/link-life.test.ts --testTimeout 1800000',
    env: { OSSGRANT_RUNS: '100000' },
  },
  faults: {
    shows: 'every fault of docs/faults.md that needs no other program ends in the right file or in a typed error',
    command: "vitest run packages/http-downloader -t '[[]fault |faults that a download' --reporter=verbose",
  },
  files: {
    shows: 'source files that a presign, a small download and a verified GET run',
    command: 'node tools/proof/files-run.mjs',
  },
  size: { shows: 'packed size, dependencies, import time', command: 'node tools/proof/size.mjs' },
  bench: { shows: 'speed beside the peers', command: 'node bench/run.mjs' },
};

const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(PROOFS, name));
if (unknown !== undefined) {
  console.error(`unknown proof "${unknown}": one of ${Object.keys(PROOFS).join(', ')}`);
  process.exit(2);
}
mkdirSync('.proof', { recursive: true });

/** @param {string} name */
const fileOf = (name) => path.join('.proof', `${name}.txt`);

/** @param {string} name */
function hasPassed(name) {
  return existsSync(fileOf(name)) && readFileSync(fileOf(name), 'utf8').startsWith(`passed at ${commit}\n`);
}

/**
 * @param {string} command
 * @param {Record<string, string>} more
 * @returns {Promise<{ passed: boolean, seconds: string, output: string }>}
 */
async function run(command, more) {
  const startedAt = performance.now();
  const PATH = `${path.resolve('node_modules/.bin')}${path.delimiter}${process.env['PATH']}`;
  const env = { ...process.env, PATH, NO_COLOR: '1', ...more };
  const child = spawn(command, { shell: true, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      output += data;
      process.stdout.write(data);
    });
  }
  const code = await new Promise((resolve) => child.on('close', resolve));
  return { passed: code === 0, seconds: ((performance.now() - startedAt) / 1000).toFixed(1), output };
}

/** @param {boolean} passed */
const verdictOf = (passed) => (passed ? 'passed' : 'FAILED');

/** @param {string} name */
async function prove(name) {
  const proof = PROOFS[name];
  if (proof === undefined) return;
  console.log(`\n== ${name}: ${proof.shows}`);
  const commands = typeof proof.command === 'string' ? { '': proof.command } : proof.command;
  const startedAt = performance.now();
  let passed = true;
  let summary = '';
  let outputs = '';
  for (const [part, command] of Object.entries(commands)) {
    if (part !== '') console.log(`\n-- ${name}, ${part}`);
    const result = await run(command, proof.env ?? {});
    passed &&= result.passed;
    if (part !== '') summary += `- ${part}: ${verdictOf(result.passed)}, ${result.seconds} s\n`;
    outputs += `\n${part === '' ? '' : `### ${part}\n\n`}${result.output}`;
  }
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (summary !== '') console.log(`\n${summary}`);
  writeFileSync(fileOf(name), `${verdictOf(passed)} at ${commit}\n${proof.shows}, ${seconds} s\n${summary}${outputs}`);
}

const wanted = asked.length > 0 ? asked : Object.keys(PROOFS);
for (const name of wanted) {
  if (asked.length === 0 && hasPassed(name)) console.log(`== ${name}: passed at this commit before`);
  else await prove(name);
}

const machine = `Node ${process.version}, ${os.cpus().length} x ${os.cpus()[0]?.model.trim()}`;
const sections = Object.keys(PROOFS).map(
  (name) => `## ${name}\n\n${existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : 'not run'}`,
);
writeFileSync('.proof/report.md', `# Proofs\n\n${machine}\n\n${sections.join('\n\n')}\n`);
const open = wanted.filter((name) => !hasPassed(name));
console.log(
  `\n.proof/report.md written; ${open.length === 0 ? `passed: ${wanted.join(', ')}` : `not passed: ${open.join(', ')}`}`,
);
process.exitCode = open.length === 0 ? 0 : 1;
