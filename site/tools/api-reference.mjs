// Writes the API reference from docstrings with typedoc, one page a published entry, named as it is imported.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Application, Converter, ReflectionKind } from 'typedoc';
import { pages, published, REPOSITORY, root } from './stage.mjs';

const PRIVATE_ENTRIES = new Set(['./package.json', './internal']);

/** Source file to the name that users import. @returns {Map<string, string>} */
function entries() {
  const found = new Map();
  for (const folder of published()) {
    const file = `${folder}/package.json`;
    const { name, exports = {} } = JSON.parse(readFileSync(path.join(root, file), 'utf8'));
    for (const [subpath, target] of Object.entries(exports)) {
      const source = target?.['@ossgrant/source'];
      if (PRIVATE_ENTRIES.has(subpath) || typeof source !== 'string') continue;
      found.set(path.join(root, path.dirname(file), source), path.posix.join(name, subpath));
    }
  }
  return found;
}

/** @returns {Promise<readonly { text: string, link: string }[]>} the pages, for the side bar */
export async function writeApiReference() {
  const names = entries();
  const tsconfig = path.join(import.meta.dirname, '../.typedoc.json');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2023',
    lib: ['es2023', 'dom', 'dom.iterable', 'dom.asynciterable'],
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
    customConditions: ['@ossgrant/source'],
  };
  writeFileSync(tsconfig, JSON.stringify({ compilerOptions, files: [...names.keys()] }));
  /** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
  const options = {
    entryPoints: [...names.keys()],
    tsconfig,
    plugin: ['typedoc-plugin-markdown'],
    out: path.join(pages, 'api'),
    name: 'API reference',
    readme: 'none',
    excludeInternal: true,
    excludePrivate: true,
    gitRevision: 'main',
    sourceLinkTemplate: `${REPOSITORY}/blob/main/{path}#L{line}`,
    logLevel: 'Error',
    router: 'module',
    entryFileName: 'index',
    hidePageHeader: true,
    hideBreadcrumbs: true,
    useCodeBlocks: true,
    // Their own numbering of equal headings differs from the site's.
    useHTMLAnchors: true,
  };
  const app = await Application.bootstrapWithPlugins(options);
  app.converter.on(Converter.EVENT_CREATE_DECLARATION, (_context, reflection) => {
    if (!reflection.kindOf(ReflectionKind.Module)) return;
    const file = reflection.sources?.[0]?.fullFileName;
    reflection.name = names.get(file ?? '') ?? reflection.name;
  });
  const project = await app.convert();
  if (project === undefined || app.logger.hasErrors()) throw new Error('typedoc failed');
  await app.generateOutputs(project);
  return readdirSync(path.join(pages, 'api'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.md') && file !== 'index.md')
    .map((file) => `api/${file}`)
    .map((file) => ({
      text: readFileSync(path.join(pages, file), 'utf8').match(/^# (.*)$/m)?.[1] ?? file,
      link: `/${file.replace(/\.md$/, '')}`,
    }))
    .sort((a, b) => a.text.localeCompare(b.text));
}
