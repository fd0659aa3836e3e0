// An empty project of a stranger, with the tarballs installed by npm beside the tools that a check needs.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** @type {string[]} */
const projects = [];

/** Deletes every project that was made. */
export function deleteProjects() {
  for (const folder of projects.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/**
 * @param {readonly import('./pack.mjs').Packed[]} packed
 * @param {Readonly<Record<string, string>>} tools name in node_modules -> version
 * @returns {string} its folder
 */
export function createProject(packed, tools = {}) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ossgrant-consumer-'));
  projects.push(folder);
  const dependencies = Object.fromEntries(packed.map(({ name, file }) => [name, `file:${file}`]));
  const manifest = {
    name: 'consumer',
    version: '0.0.0',
    private: true,
    type: 'module',
    dependencies: { ...dependencies, ...tools },
  };
  writeFileSync(path.join(folder, 'package.json'), JSON.stringify(manifest));
  const { ok, output } = run(
    'npm',
    ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error'],
    folder,
    INSTALL_MS,
  );
  if (!ok) throw new Error(`npm install failed in ${folder}:\n${output}`);
  return folder;
}

// npm needs minutes on a slow machine.
const INSTALL_MS = 900_000;

/**
 * Runs a program to its end.
 *
 * @param {string} command @param {readonly string[]} args @param {string} [cwd] @param {number} [timeout]
 * @returns {{ ok: boolean, output: string }}
 */
export function run(command, args, cwd, timeout = 300_000) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    timeout,
    maxBuffer: 1 << 26,
  });
  return { ok: status === 0, output: `${stdout ?? ''}${stderr ?? ''}${error === undefined ? '' : error.message}` };
}

/** @param {string} folder @param {Readonly<Record<string, string>>} files name -> text */
export function write(folder, files) {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), text);
  }
}
