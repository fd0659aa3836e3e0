// Writes a package's JavaScript: one file for each entry that its package.json names, and one or two for what entries share.
// Node takes about 0.35 ms for each file that it loads, which is most of the time until the first signed URL when every source
// file stays one. Names and order stay as written; declarations are tsc's, and they keep the comments that editors show.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** @type {{ exports: unknown, imports?: unknown, bin?: unknown, dependencies?: Record<string, string> }} */
const manifest = JSON.parse(readFileSync('package.json', 'utf8'));

/** @param {unknown} value @returns {string[]} the built files that a part of package.json names */
function builtFiles(value) {
  if (typeof value === 'string') return /^\.\/dist\/.*\.js$/.test(value) ? [value] : [];
  return value === undefined || value === null ? [] : Object.values(value).flatMap(builtFiles);
}

const names = [manifest.exports, manifest.imports, manifest.bin]
  .flatMap(builtFiles)
  .map((file) => file.slice('./dist/'.length, -'.js'.length));
const entries = names.map((name) => path.resolve(`src/${name}.ts`));
const main = path.resolve('src/index.ts');

/** An entry that another imports is loaded as the built file that it is: no third file for what the two share. */
const loadEntriesAsBuilt = {
  name: 'load-entries-as-built',
  /** @param {string} id @param {string | undefined} importer */
  resolveId(id, importer) {
    if (importer === undefined || !id.startsWith('.')) return null;
    const entry = path.resolve(importer, '..', id);
    if (!entries.includes(entry)) return null;
    // What is of no entry alone is in a file beside the main entry.
    const from = path.dirname(entries.includes(importer) ? importer : main);
    const built = path.relative(from, entry).replace(/\.ts$/, '.js');
    return { id: built.startsWith('.') ? built : `./${built}`, external: true };
  },
  /** @param {unknown} _options @param {Record<string, { imports?: readonly string[] }>} bundle by file name */
  generateBundle(_options, bundle) {
    for (const [file, { imports = [] }] of Object.entries(bundle)) {
      const missing = imports.find((id) => id.startsWith('.') && !(path.join(file, '..', id) in bundle));
      if (missing !== undefined) throw new Error(`dist/${file} imports ${missing}, which is not built`);
    }
  },
};

/** @typedef {{ getModuleInfo(id: string): { importedIds: readonly string[] } | null }} Modules as rolldown offers them to plugins */

/** @type {Set<string>} the modules behind the main entry, where others share some of them */
const behindMain = new Set();

const findBehindMain = {
  name: 'find-behind-main',
  /** @this {Modules} */
  buildEnd() {
    const behind = modulesBehind(main, this);
    const others = entries.filter((entry) => entry !== main).map((entry) => modulesBehind(entry, this));
    if (!others.some((other) => [...other].some((id) => behind.has(id)))) return;
    for (const id of behind) if (id !== main) behindMain.add(id);
  },
};

/** @param {string} entry @param {Modules} context @returns {Set<string>} */
function modulesBehind(entry, context) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = [entry];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    const module = found.has(id) ? null : context.getModuleInfo(id);
    found.add(id);
    if (module !== null) open.push(...module.importedIds);
  }
  return found;
}

export default {
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  // All that is not of the package itself: `#name` is chosen by the reader's conditions, not by ours.
  external: /^[^./]/,
  plugins: [loadEntriesAsBuilt, findBehindMain],
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    comments: { jsdoc: false },
    entryFileNames: '[name].js',
    // All that the main entry needs is in one file, and what only others share in another: to load a file, and to find a package
    // from it, takes longer than to read code that is not called.
    codeSplitting: {
      groups: [
        { name: 'main', test: (/** @type {string} */ id) => behindMain.has(id), priority: 1 },
        { name: 'shared', minShareCount: 2 },
      ],
    },
    chunkFileNames: '[name].js',
  },
};
