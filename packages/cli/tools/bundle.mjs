// Bundles the command: one file for the start and `sign`, one for each other verb, and one for the code that only those share. It
// reads the sources of all packages, so that tests run the published code without a build first.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, rolldown } from 'rolldown';

const root = path.join(import.meta.dirname, '..');
// `src/verbs/policy/build.ts` becomes `policy-build.cjs`; the entry of a package is named after the package.
const NAMES = [
  /src[\\/]verbs[\\/](.+?)(?:[\\/]verb)?\.ts$/,
  /[\\/]packages[\\/]([\w-]+)[\\/]src[\\/]index\.ts$/,
  /[\\/]node_modules[\\/]((?:@[\w.-]+[\\/])?[\w.-]+)[\\/](?!.*node_modules)/,
];
const HELPERS = 'rolldown-runtime.cjs';
const OUR_SOURCES = /[\\/]packages[\\/][\w-]+[\\/]src[\\/]/;

/** @type {import('rolldown').InputOptions} */
const INPUT = {
  input: path.join(root, 'src/ossgrant.ts'),
  platform: 'node',
  // The condition that only packages of this workspace have: their sources.
  resolve: { conditionNames: ['@ossgrant/source', 'node', 'import'] },
  transform: { target: 'node20.19' },
  logLevel: 'warn',
};

/** @returns {Promise<ReadonlySet<string>>} the modules that every start loads */
async function loadedAtStart() {
  const started = await rolldown({
    ...INPUT,
    plugins: [{ name: 'cut', resolveDynamicImport: (specifier) => ({ id: specifier, external: true }) }],
  });
  const { output } = await started.generate({ format: 'cjs' });
  await started.close();
  return new Set(output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : [])));
}

/** @param {string} id @returns {string | undefined} */
function chunkName(id) {
  const found = NAMES.map((pattern) => pattern.exec(id)?.[1]).find((name) => name !== undefined);
  return found?.replaceAll(/[\\/]/g, '-');
}

/**
 * @param {string} folder where the files go
 * @returns {Promise<{ entry: string, modules: readonly string[] }>} the command's file, and all bundled modules
 */
export async function bundle(folder) {
  const atStart = await loadedAtStart();
  const { output } = await build({
    ...INPUT,
    preserveEntrySignatures: false,
    output: {
      dir: folder,
      // Node loads it a few milliseconds faster than ESM.
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: ({ facadeModuleId }) => `${chunkName(facadeModuleId ?? '') ?? '[name]'}.cjs`,
      codeSplitting: {
        groups: [
          { name: 'start', test: (id) => atStart.has(id), priority: 2 },
          { name: 'calls', test: OUR_SOURCES, minShareCount: 2, priority: 1 },
        ],
      },
      comments: { annotation: false, jsdoc: false, legal: true },
    },
  });
  const modules = output.flatMap((part) => (part.type === 'chunk' ? part.moduleIds : []));
  const entry = path.join(folder, 'ossgrant.cjs');
  await inlineHelpers(entry, path.join(folder, HELPERS));
  return { entry, modules };
}

// The bundler puts its helpers in a separate file, which groups cannot include: one more file to load at each start.
/** @param {string} entry @param {string} helpers */
async function inlineHelpers(entry, helpers) {
  const text = await readFile(entry, 'utf8');
  const load = `require("./${HELPERS}")`;
  if (!text.includes(load)) throw new Error(`the command no longer loads ${HELPERS}: remove inlineHelpers`);
  const own = `(() => {\nconst exports = {};\n${await readFile(helpers, 'utf8')}\nreturn exports;\n})()`;
  await writeFile(
    entry,
    text.replace(load, () => own),
  );
}
