// Facts of a tarball without running it: whether its exports and types resolve, how large it is, and under which
// licences it comes. A size budget is a tenth above what was measured when it was written: `sizes.json`, renewed by `--write`.
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { documentTable } from './document-table.mjs';
import { PACKED } from './pack.mjs';
import { createProject, run, write } from './project.mjs';

const SIZES = path.join(import.meta.dirname, 'sizes.json');
const BIN = path.join(import.meta.dirname, 'node_modules/.bin');
const LICENCES = [
  'Apache-2.0',
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  '0BSD',
  '(BSD-3-Clause OR GPL-2.0)',
  'BlueOak-1.0.0',
];
// Entries that need Node are bundled for Node.
const NODE_ONLY =
  /^@ossgrant\/(?:credentials-(?:default|static)|grant-handler(?!\/client)|local-oss)|\/(?:file|process|oidc-file|files|vitest|command-line)$/;

const SIZES_PAGE = 'docs/guides/bundlers-and-runners.md';

/** @typedef {(name: string, ok: boolean, output?: string) => void} Report */

/** @param {readonly import('./pack.mjs').Packed[]} packed @param {Report} report */
export function lintPacked(packed, report) {
  for (const { name, file, entries } of packed) {
    const publint = run(path.join(BIN, 'publint'), [file, '--strict']);
    report(`publint --strict: ${name}`, publint.ok, publint.output);
    if (entries.length === 0) continue;
    const attw = run(path.join(BIN, 'attw'), [file, '--profile', 'esm-only']);
    report(`attw: ${name}`, attw.ok, attw.output);
  }
}

/** @param {readonly import('./pack.mjs').Packed[]} packed @param {Report} report @param {boolean} writes */
export function weighPacked(packed, report, writes) {
  const folder = createProject(packed, { esbuild: '0.28.2' });
  /** @type {Record<string, number>} */
  const sizes = {};
  for (const { name, file, entries } of packed) {
    sizes[`${name} packed`] = statSync(file).size;
    for (const entry of entries.filter((one) => !one.endsWith('/vitest'))) {
      const platform = NODE_ONLY.test(entry) ? 'node' : 'browser';
      write(folder, { 'entry.mjs': `export * from '${entry}';\n` });
      const { ok, output } = run(
        path.join(folder, 'node_modules/.bin/esbuild'),
        [
          'entry.mjs',
          '--bundle',
          '--minify',
          '--format=esm',
          `--platform=${platform}`,
          '--outfile=out.mjs',
          '--log-level=error',
        ],
        folder,
      );
      if (!ok) report(`esbuild bundles ${entry} for ${platform}`, false, output);
      else sizes[`${entry} bundled, gzip`] = gzipSync(readFileSync(path.join(folder, 'out.mjs'))).length;
    }
  }
  if (writes) writeFileSync(SIZES, `${JSON.stringify(sizes, undefined, 2)}\n`);
  /** @type {Record<string, number>} */
  const budgets = JSON.parse(readFileSync(SIZES, 'utf8'));
  for (const [what, size] of Object.entries(sizes)) {
    const budget = Math.ceil((budgets[what] ?? 0) * 1.1);
    report(
      `size: ${what}: ${(size / 1000).toFixed(1)} kB`,
      size <= budget,
      `the budget is ${(budget / 1000).toFixed(1)} kB; renew it with --write`,
    );
  }

  documentTable(
    { file: SIZES_PAGE, mark: 'sizes', cells: sizeCells(budgets), renewedBy: 'npm run packed -- weigh' },
    report,
    writes,
  );

  const foreign = licencesIn(path.join(folder, 'node_modules')).filter(({ licence }) => !LICENCES.includes(licence));
  report(
    'licences of all that is installed',
    foreign.length === 0,
    foreign.map(({ name, licence }) => `${name}: ${licence}`).join('\n'),
  );
  const sbom = run('npm', ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev'], folder);
  report('bill of materials', sbom.ok, sbom.output);
  if (sbom.ok) writeFileSync(path.join(PACKED, 'sbom.cdx.json'), sbom.output);
}

/** A line for each entry. @param {Readonly<Record<string, number>>} sizes @returns {string[][]} */
function sizeCells(sizes) {
  const inKb = (/** @type {number | undefined} */ bytes) =>
    bytes === undefined ? '' : `${Math.ceil(bytes / 1000)} kB`;
  const names = new Set(Object.keys(sizes).map((what) => what.replace(/ packed$| bundled, gzip$/, '')));
  return [
    ['entry', 'tarball', 'bundled, gzip'],
    ...[...names].map((name) => [`\`${name}\``, inKb(sizes[`${name} packed`]), inKb(sizes[`${name} bundled, gzip`])]),
  ];
}

/** @param {string} modules @returns {{ name: string, licence: string }[]} */
function licencesIn(modules) {
  return readdirSync(modules, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(?:^|node_modules\/)(?:@[^/]+\/)?[^@/]+\/package\.json$/.test(file.replaceAll(path.sep, '/')))
    .map((file) => {
      const { name, license } = JSON.parse(readFileSync(path.join(modules, file), 'utf8'));
      return { name: name ?? file, licence: typeof license === 'string' ? license : (license?.type ?? 'none') };
    });
}
