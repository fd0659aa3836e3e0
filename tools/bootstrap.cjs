'use strict';
// Runs a job of this repository from a fresh clone: checks Node, fetches the pinned pnpm, installs what the job needs, builds
// it and starts it. Plain old JavaScript, so that a Node that is too old gets as far as the message about it.

var childProcess = require('child_process');
var crypto = require('crypto');
var fs = require('fs');
var path = require('path');

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
  console: {
    what: 'the console',
    filters: ['@ossgrant/grant-server...'],
    build: true,
    command: ['node', 'apps/grant-server/dist/grant-server.js', '--demo'],
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
    // The console's tests in `npm test` need none of its many dependencies.
    filters: ['.', './packages/*', './apps/*', '!./apps/console', './tests/integration', './tests/clients'],
    build: false,
    command: ['pnpm', 'exec', 'vitest', 'run'],
  },
  // turbo looks for pnpm on the PATH, where `pnpm exec` puts it.
  check: { what: 'the checks', filters: [], build: false, command: ['pnpm', 'exec', 'node', 'tools/check.mjs'] },
  api: {
    what: 'the reports of public types',
    filters: ['.', './packages/*', './tools/api'],
    build: true,
    command: ['node', 'tools/api/reports.mjs', '--write'],
  },
  packed: {
    what: 'the packed packages',
    filters: [
      '.',
      './packages/*',
      '@ossgrant/grant-server...',
      '@ossgrant/recipient...',
      './tools',
      './tests/consumers',
    ],
    build: true,
    command: ['pnpm', 'exec', 'node', 'tests/consumers/main.mjs'],
  },
  bench: { what: 'the benchmarks', filters: [], build: true, command: ['node', 'bench/run.mjs'] },
  docs: {
    what: 'the site',
    filters: ['@ossgrant/site...'],
    build: false,
    command: ['node', 'site/tools/build.mjs', 'serve'],
  },
  proof: { what: 'the proofs', filters: [], build: true, command: ['node', 'tools/proof/run.mjs'] },
};

/** @param {string} text */
function say(text) {
  process.stderr.write('ossgrant: ' + text + '\n');
}

/** `require` of an ES module works from 20.19 and from 22.12 on; 21 and 22.0 to 22.11 lack it. */
function nodeIsTooOld() {
  var major = Number(process.versions.node.split('.')[0]);
  var minor = Number(process.versions.node.split('.')[1]);
  return major < 20 || major === 21 || (major === 20 && minor < 19) || (major === 22 && minor < 12);
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

/**
 * Packages to install for checks: those that the named ones need, or everything.
 *
 * @param {string[]} names
 * @returns {string[]} pnpm's filters; none means the whole workspace
 */
function filtersOfChecks(names) {
  /** @type {{ name: string, needs: string[] }[]} */
  var checks = JSON.parse(fs.readFileSync(path.join(root, 'tools/checks/checks.json'), 'utf8'));
  var named = checks.filter(function (check) {
    return names.indexOf(check.name) !== -1;
  });
  /** @type {string[]} */
  var filters = [];
  for (var index = 0; index < named.length; index += 1) {
    var check = named[index];
    if (check === undefined || check.needs.length === 0) return [];
    filters = filters.concat(check.needs);
  }
  return filters.filter(function (filter, position) {
    return filters.indexOf(filter) === position;
  });
}

/** @returns {string} a hash of all that decides what an install does */
function fingerprint() {
  var hash = crypto.createHash('sha256').update(process.version);
  var files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    'bench/package.json',
    'tools/package.json',
    'tools/api/package.json',
  ];
  ['packages', 'apps', 'tests'].forEach(function (parent) {
    fs.readdirSync(path.join(root, parent)).forEach(function (name) {
      files.push(parent + '/' + name + '/package.json');
    });
  });
  files.forEach(function (file) {
    if (fs.existsSync(path.join(root, file))) hash.update(file).update(fs.readFileSync(path.join(root, file)));
  });
  return hash.digest('hex');
}

/**
 * Installs what the filters name, unless that was done before and nothing has changed since.
 *
 * @param {string} what @param {string[]} filters @param {string[]} options
 */
function install(what, filters, options) {
  var file = path.join(root, 'node_modules', '.ossgrant-installed.json');
  var key = filters.join(' ');
  var now = fingerprint();
  /** @type {Record<string, string>} */
  var installed = {};
  if (fs.existsSync(file)) installed = JSON.parse(fs.readFileSync(file, 'utf8'));
  if (installed[key] === now || installed[''] === now) return 0;
  say('installing what ' + what + ' need' + (what.slice(-1) === 's' ? '' : 's') + ' (' + manifest.packageManager + ')');
  var status = run(['pnpm', 'install', '--frozen-lockfile'].concat(options), true);
  if (status !== 0) return status;
  installed[key] = now;
  fs.writeFileSync(file, JSON.stringify(installed));
  return 0;
}

/**
 * @param {string[]} filters
 * @returns {string[]} pnpm's options
 */
function selecting(filters) {
  /** @type {string[]} */
  var options = [];
  filters.forEach(function (filter) {
    options.push('--filter', filter);
  });
  return options;
}

/** @param {{ what: string, filters: string[], build: boolean, once?: string, command: string[] }} wanted */
function start(wanted) {
  if (wanted.once !== undefined && fs.existsSync(path.join(root, wanted.once))) {
    return run(wanted.command.concat(args), false);
  }
  var wantedFilters = job === 'check' ? filtersOfChecks(args) : wanted.filters;
  var status = install(wanted.what, wantedFilters, selecting(wantedFilters));
  if (status !== 0) return status;
  if (wanted.build) {
    say('building');
    // The root's own script builds everything, also what was not installed.
    var built = wantedFilters.filter(function (filter) {
      return filter !== '.';
    });
    status = run(['pnpm'].concat(selecting(built), ['--recursive', '--if-present', 'run', 'build']), true);
    if (status !== 0) return status;
  }
  say('running ' + wanted.what);
  return run(wanted.command.concat(args), false);
}

// On Ctrl-C, the job decides how to end; without a listener this process would end before it.
process.on('SIGINT', function () {});

if (nodeIsTooOld()) {
  say('this is Node ' + process.versions.node + ', which is too old: install Node 20.19, 22.12 or newer.');
  process.exitCode = 1;
} else {
  var wanted = Object.prototype.hasOwnProperty.call(JOBS, job) ? JOBS[job] : undefined;
  if (wanted === undefined) say('unknown job "' + job + '": one of ' + Object.keys(JOBS).join(', '));
  process.exitCode = wanted === undefined ? 2 : start(wanted);
}
