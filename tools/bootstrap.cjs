'use strict';
// Runs a job of this repository from a fresh clone: checks Node, fetches the pinned pnpm, installs what the job needs, builds
// it and starts it. Plain old JavaScript, so that a Node that is too old gets as far as the message about it.

var childProcess = require('child_process');
var fs = require('fs');
var path = require('path');

var MINIMUM = { major: 20, minor: 19 };
var root = path.join(__dirname, '..');
var manifest = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
var job = process.argv[2] || '';
var args = process.argv.slice(3);

/**
 * `once` names a folder that installing creates: while it exists, the job starts without installing and without a word.
 *
 * @type {Record<string, { what: string, filters: string[], build: boolean, once?: string, command: string[] }>}
 */
var JOBS = {
  demo: {
    what: 'the demo',
    filters: ['@ossgrant/quickstart...'],
    build: true,
    command: ['node', 'apps/quickstart/dist/main.js'],
  },
  ossgrant: {
    what: 'the command',
    filters: ['ossgrant...'],
    build: false,
    once: 'packages/cli/node_modules',
    command: ['node', 'packages/cli/tools/run.mjs'],
  },
  test: {
    what: 'the tests',
    filters: ['.', './packages/*', './apps/*', './tests/integration', './tests/clients'],
    build: false,
    command: ['pnpm', 'exec', 'vitest', 'run'],
  },
  // turbo looks for pnpm on the PATH, where `pnpm exec` puts it.
  check: { what: 'the checks', filters: [], build: false, command: ['pnpm', 'exec', 'node', 'tools/check.mjs'] },
  bench: { what: 'the benchmarks', filters: [], build: true, command: ['node', 'bench/run.mjs'] },
  proof: { what: 'the proofs', filters: [], build: true, command: ['node', 'tools/proof/run.mjs'] },
};

/** @param {string} text */
function say(text) {
  process.stderr.write('ossgrant: ' + text + '\n');
}

function nodeIsTooOld() {
  var major = Number(process.versions.node.split('.')[0]);
  var minor = Number(process.versions.node.split('.')[1]);
  return major < MINIMUM.major || (major === MINIMUM.major && minor < MINIMUM.minor);
}

/**
 * Runs a command; `pnpm` is the pinned one, by the pnpm that runs us or else by npx.
 *
 * @param {string[]} command
 * @param {boolean} quiet show its output only when it fails
 */
function run(command, quiet) {
  var file = command[0] || '';
  var rest = command.slice(1);
  var parent = process.env['npm_execpath'] || '';
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

/** @param {{ what: string, filters: string[], build: boolean, once?: string, command: string[] }} wanted */
function start(wanted) {
  if (wanted.once !== undefined && fs.existsSync(path.join(root, wanted.once))) {
    return run(wanted.command.concat(args), false);
  }
  /** @type {string[]} */
  var filters = [];
  wanted.filters.forEach(function (filter) {
    filters.push('--filter', filter);
  });
  say(
    'installing what ' +
      wanted.what +
      ' need' +
      (wanted.what.slice(-1) === 's' ? '' : 's') +
      ' (' +
      manifest.packageManager +
      ')',
  );
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

// On Ctrl-C, the job decides how to end; without a listener this process would end before it.
process.on('SIGINT', function () {});

if (nodeIsTooOld()) {
  say(
    'Node ' + MINIMUM.major + '.' + MINIMUM.minor + ' or newer is needed; this is Node ' + process.versions.node + '.',
  );
  process.exitCode = 1;
} else {
  var wanted = Object.prototype.hasOwnProperty.call(JOBS, job) ? JOBS[job] : undefined;
  if (wanted === undefined) say('unknown job "' + job + '": one of ' + Object.keys(JOBS).join(', '));
  process.exitCode = wanted === undefined ? 2 : start(wanted);
}
