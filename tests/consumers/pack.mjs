// Packs each published package once, into `.packed`. Packing again gives other bytes, so these files are what is tested and what
// is published.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publishedPackages } from '@ossgrant/tools/workspace.mjs';

/** @typedef {{ name: string, folder: string, file: string, entries: readonly string[] }} Packed */

/** Where the tarballs lie, with SHA256SUMS, and ORDER: dependencies first. */
export const PACKED = path.resolve('.packed');

/** @returns {Packed[]} */
export function packAll() {
  rmSync(PACKED, { recursive: true, force: true });
  mkdirSync(PACKED, { recursive: true });
  for (const { folder } of publishedPackages()) {
    execFileSync('pnpm', ['pack', '--pack-destination', PACKED], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] });
  }
  const packed = packages();
  const sums = packed.map(
    ({ file }) => `${createHash('sha256').update(readFileSync(file)).digest('hex')}  ${path.basename(file)}`,
  );
  writeFileSync(path.join(PACKED, 'SHA256SUMS'), `${sums.join('\n')}\n`);
  writeFileSync(path.join(PACKED, 'ORDER'), `${inOrder(packed).join('\n')}\n`);
  return packed;
}

/** @returns {Packed[]} those that lie in `.packed` */
function packages() {
  const files = readdirSync(PACKED);
  return publishedPackages().map(({ folder, manifest }) => {
    const stem = manifest.name.replace('@', '').replace('/', '-');
    const file = files.find((name) => name === `${stem}-${manifest.version}.tgz`);
    if (file === undefined) throw new Error(`${manifest.name} was not packed as ${stem}-${manifest.version}.tgz`);
    const entries = Object.entries(manifest.exports ?? {})
      .filter(([, target]) => typeof target === 'object')
      .map(([entry]) => `${manifest.name}${entry.slice(1)}`);
    return { name: manifest.name, folder, file: path.join(PACKED, file), entries };
  });
}

/** @param {Packed[]} packed @returns {string[]} file names, each after those that it depends on */
function inOrder(packed) {
  const dependencies = new Map(
    publishedPackages().map(({ manifest }) => [manifest.name, Object.keys(manifest.dependencies ?? {})]),
  );
  /** @type {Set<Packed>} */
  const done = new Set();
  /** @param {Packed} one */
  const visit = (one) => {
    for (const name of dependencies.get(one.name) ?? []) {
      const needed = packed.find((other) => other.name === name);
      if (needed !== undefined && !done.has(needed)) visit(needed);
    }
    done.add(one);
  };
  for (const one of packed) visit(one);
  return [...done].map(({ file }) => path.basename(file));
}
