'use strict';
// Runs a job of this repository from a fresh clone: checks Node, fetches the pinned pnpm, installs what the job needs, builds
// it and starts it. Plain old JavaScript, so that a Node that is too old gets as far as the message about it.

var childProcess = require('node:child_process');
var path = require('node:path');

var MINIMUM = [20, 19];
var root = path.join(__dirname, '..');
var manifest = require('../package.json');
var job = process.argv[2];
var args = process.argv.slice(3);

/** @type {Record<string, { what: string, filters: string[], build: boolean, command: string[] }>} */
var JOBS = {
  demo: {
    what: 'the demo',
    filters: ['@ossgrant/quickstart...'],
    build: true,
    command: ['node', 'apps/quickstart/dist/main.js'],
  },
  test: {
    what: 'the tests',
    filters: ['.', './packages/*', './apps/*', './tests/*'],
    build: false,
    command: ['pnpm', 'exec', 'vitest', 'run'],
  },
  bench: { what: 'the benchmarks', filters: [], build: true, command: ['node', 'bench/run.mjs'] },
  proof: { what: 'the proofs', filters: [], build: true, command: ['node', 'tools/proof/run.mjs'] },
};

/** @param {string} text */
function say(text) {
  process.stderr.write('ossgrant: ' + text + '\n');
}

function nodeIsTooOld() {
  var version = process.versions.node.split('.').map(Number);
  return version[0] < MINIMUM[0] || (version[0] === MINIMUM[0] && version[1] < MINIMUM[1]);
}

/**
 * Runs a command; `pnpm` is the pinned one, by the pnpm that runs us or else by npx.
 *
 * @param {string[]} command
 * @param {boolean} quiet show its output only when it fails
 */
function run(command, quiet) {
  var file = command[0];
  var rest = command.slice(1);
  var parent = process.env.npm_execpath || '';
  if (file === 'node') file = process.execPath;
  else if (/pnpm[^/\\]*$/.test(parent)) {
    file = process.execPath;
    rest = [parent].concat(rest);
  } else {
    file = process.platform === 'win32' ? 'npx.cmd' : 'npx';
    rest = ['--yes', manifest.packageManager].concat(rest);
  }
  var result = childProcess.spawnSync(file, rest, {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    stdio: quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    // Windows starts .cmd files by its shell only.
    shell: process.platform === 'win32' && file !== process.execPath,
  });
  if (result.error) throw result.error;
  if (quiet && result.status !== 0) process.stderr.write(result.stdout + result.stderr);
  return result.status === null ? 1 : result.status;
}

/** @param {{ what: string, filters: string[], build: boolean, command: string[] }} wanted */
function start(wanted) {
  /** @type {string[]} */
  var filters = [];
  wanted.filters.forEach(function (filter) {
    filters.push('--filter', filter);
  });
  say('installing what ' + wanted.what + ' need' + (wanted.what.slice(-1) === 's' ? '' : 's') + ' (' + manifest.packageManager + ')');
  var status = run(['pnpm', 'install', '--frozen-lockfile'].concat(filters), true);
  if (status !== 0) return status;
  if (wanted.build) {
    say('building');
    status = run(['pnpm'].concat(filters, ['--recursive', '--if-present', 'run', 'build']), true);
    if (status !== 0) return status;
  }
  say('running ' + wanted.what);
  return run(wanted.command.concat(args), false);
}

if (nodeIsTooOld()) {
  say('Node ' + MINIMUM.join('.') + ' or newer is needed, and this is Node ' + process.versions.node + '. See https://nodejs.org');
  process.exitCode = 1;
} else if (!Object.prototype.hasOwnProperty.call(JOBS, job)) {
  say('unknown job "' + job + '": one of ' + Object.keys(JOBS).join(', '));
  process.exitCode = 2;
} else {
  process.exitCode = start(JOBS[job]);
}
