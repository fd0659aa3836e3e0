// What the tools know of the workspace: its packages, and the files of a folder.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/**
 * @typedef {{
 *   name: string, version: string, private?: boolean, description?: string, files?: string[],
 *   dependencies?: Record<string, string>, peerDependencies?: Record<string, string>,
 *   exports?: Record<string, unknown>, imports?: Record<string, unknown>, [key: string]: unknown,
 * }} Manifest
 */

/**
 * The packages below `packages` and `apps`, in the order of their names.
 *
 * @param {string} [root] @returns {{ folder: string, manifest: Manifest }[]}
 */
export function workspacePackages(root = '.') {
  return ['apps', 'packages']
    .flatMap((parent) => readdirSync(path.join(root, parent)).map((name) => `${parent}/${name}`))
    .filter((folder) => existsSync(path.join(root, folder, 'package.json')))
    .toSorted()
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8')) }));
}

/** Those that npm gets. @param {string} [root] @returns {{ folder: string, manifest: Manifest }[]} */
export function publishedPackages(root = '.') {
  return workspacePackages(root).filter(({ manifest }) => manifest.private !== true);
}

/** @param {string} folder @param {string} extension @returns {string[]} paths below the folder, with `/` everywhere */
export function filesIn(folder, extension) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.split(path.sep).join('/'))
    .filter((file) => file.endsWith(extension))
    .toSorted();
}
