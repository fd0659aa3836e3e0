// Folders are floors: an import may go down, never back up. A circle of files cannot be read from either end, and two folders
// that import each other are one folder under two names; both grow one harmless import at a time, often of a type. So each
// folder's children (files, and folders taken whole) must form a graph without circles, types included, and packages too.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { filesIn, workspacePackages } from '../workspace.mjs';

const root = path.resolve(process.argv[2] ?? '.');
const packages = workspacePackages(root);
let problems = 0;

for (const { folder, manifest } of packages) {
  const imports = importsOfFiles(path.join(root, folder, 'src'), manifest.imports ?? {});
  report(`${folder}/src`, 'these files import each other', circles(imports));
  for (const inner of foldersOf(imports)) {
    report(
      path.posix.join(folder, 'src', inner),
      'these import each other',
      circles(importsOfChildren(imports, inner)),
    );
  }
}
/** @type {[string, Set<string>][]} */
const dependencies = packages.map(({ manifest }) => [manifest.name, new Set(Object.keys(manifest.dependencies ?? {}))]);
report('packages', 'these packages depend on each other', circles(new Map(dependencies)));
console.log(`${packages.length} packages, ${problems} circles`);
process.exitCode = problems === 0 ? 0 : 1;

/**
 * The imports of each file, as paths below `source`; `#name` is every file that the manifest gives for it.
 *
 * @param {string} source @param {Record<string, unknown>} imports @returns {Map<string, Set<string>>}
 */
function importsOfFiles(source, imports) {
  return new Map(
    filesIn(source, '.ts').map((file) => {
      const text = readFileSync(path.join(source, file), 'utf8');
      const names = [...text.matchAll(/(?:^import |^export .*|from |import\()'([.#][^']*)'/gm)].map(
        ([, name]) => name ?? '',
      );
      const targets = names.flatMap((name) =>
        name.startsWith('#')
          ? (JSON.stringify(imports[name] ?? '').match(/src\/[^"]+\.ts/g) ?? []).map((found) =>
              found.slice('src/'.length),
            )
          : [path.posix.join(path.posix.dirname(file), name)],
      );
      return [file, new Set(targets.filter((target) => existsSync(path.join(source, target))))];
    }),
  );
}

/** @param {Map<string, unknown>} imports @returns {Set<string>} every folder that holds a file, '' the outermost */
function foldersOf(imports) {
  const folders = new Set(['']);
  for (const file of imports.keys()) {
    const parts = file.split('/').slice(0, -1);
    parts.forEach((_, index) => folders.add(parts.slice(0, index + 1).join('/')));
  }
  return folders;
}

/**
 * The imports between a folder's children. A child folder stands for all that it holds.
 *
 * @param {Map<string, Set<string>>} imports @param {string} folder @returns {Map<string, Set<string>>}
 */
function importsOfChildren(imports, folder) {
  const prefix = folder === '' ? '' : `${folder}/`;
  /** @param {string} file */
  const childOf = (file) => (file.startsWith(prefix) ? file.slice(prefix.length).replace(/\/.*/, '/') : undefined);
  /** @type {Map<string, Set<string>>} */
  const between = new Map();
  for (const [file, targets] of imports) {
    const from = childOf(file);
    if (from === undefined) continue;
    const reached = between.get(from) ?? new Set();
    between.set(from, reached);
    for (const target of targets) {
      const to = childOf(target);
      if (to !== undefined && to !== from) reached.add(to);
    }
  }
  return between;
}

/**
 * The circles of a graph, each as the names that reach each other (Tarjan).
 *
 * @param {Map<string, Set<string>>} graph @returns {string[][]}
 */
function circles(graph) {
  /** @type {Map<string, { index: number, low: number }>} */
  const seen = new Map();
  /** @type {string[]} */
  const open = [];
  /** @type {string[][]} */
  const found = [];
  /** @param {string} name */
  const visit = (name) => {
    const own = { index: seen.size, low: seen.size };
    seen.set(name, own);
    open.push(name);
    for (const next of graph.get(name) ?? []) {
      if (!graph.has(next)) continue;
      const known = seen.get(next) ?? visit(next);
      if (open.includes(next)) own.low = Math.min(own.low, known.low);
    }
    if (own.low === own.index) {
      const members = open.splice(open.indexOf(name));
      if (members.length > 1) found.push(members.toSorted());
    }
    return own;
  };
  for (const name of graph.keys()) if (!seen.has(name)) visit(name);
  return found;
}

/** @param {string} where @param {string} what @param {string[][]} found */
function report(where, what, found) {
  for (const members of found) {
    problems += 1;
    console.error(`${where}: ${what}: ${members.join(' ')}`);
  }
}
