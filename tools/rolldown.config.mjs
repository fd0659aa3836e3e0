// Writes a package's JavaScript: one file for each entry that its package.json names, and one for what entries share. Node
// takes about 0.35 ms for each file that it loads, which is most of the time until the first signed URL when every source
// file stays one. Names, comments and order stay as written; declarations are tsc's.
import { readFileSync } from 'node:fs';

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

export default {
  input: Object.fromEntries(names.map((name) => [name, `src/${name}.ts`])),
  // All that is not of the package itself: `#name` is chosen by the reader's conditions, not by ours.
  external: /^[^./]/,
  output: {
    dir: 'dist',
    format: 'esm',
    sourcemap: true,
    entryFileNames: '[name].js',
    // All that entries share is one file: each further one would be loaded with it anyway.
    codeSplitting: { groups: [{ name: 'shared', minShareCount: 2 }] },
    chunkFileNames: '[name].js',
  },
};
