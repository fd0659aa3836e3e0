// Writes down the public types of each published entry in `etc/<entry>.api.md` of its package, so that a change of the API is
// read in review, and not first by a user whose build breaks. Fails when a report and the built declarations differ, and when a
// member that users see has no docstring, or when the typed client's types are not those of the API; with `--write` it renews them.
import { CompilerState, Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { publishedPackages } from '@ossgrant/tools/workspace.mjs';
import { clientProblem } from './client.mjs';

const writes = process.argv.includes('--write');
const root = path.join(import.meta.dirname, '../..');
process.chdir(root);
const temporary = mkdtempSync(path.join(tmpdir(), 'ossgrant-api-'));
// Its own packages import it; users should not, and the reference leaves it out.
const INTERNAL = 'internal.api.md';
// Its members are those of the OpenAPI document, which describes them.
const GENERATED = 'client.api.md';
let problems = 0;
let undocumented = 0;
const inClient = await clientProblem(writes);
if (inClient !== undefined) fail(inClient);

const packages = publishedPackages().map(({ folder, manifest }) => ({
  folder,
  entries: Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) =>
    typeof target === 'object' && target !== null && 'types' in target
      ? [
          {
            name: entry === '.' ? 'index' : entry.slice(2).replaceAll('/', '-'),
            types: path.resolve(folder, String(target.types)),
          },
        ]
      : [],
  ),
}));
const types = packages.flatMap(({ entries }) => entries.map((entry) => entry.types));
/** @type {CompilerState | undefined} */
let compilerState;

for (const { folder, entries } of packages) {
  const reports = path.resolve(folder, 'etc');
  if (entries.length > 0) mkdirSync(reports, { recursive: true });
  for (const entry of entries) report(path.resolve(folder), entry.name, entry.types, reports);
  const expected = entries.map(({ name }) => `${name}.api.md`);
  for (const file of entries.length > 0 ? readdirSync(reports) : []) {
    if (!expected.includes(file)) stale(path.join(reports, file));
    else if (file !== INTERNAL && file !== GENERATED) requireDocstrings(path.join(reports, file));
  }
}
rmSync(temporary, { recursive: true });
console.log(`» ${types.length} entries, ${undocumented} undocumented members, ${problems} problems`);
process.exitCode = problems === 0 ? 0 : 1;

/** @param {string} folder @param {string} name @param {string} entry @param {string} reports */
function report(folder, name, entry, reports) {
  const config = ExtractorConfig.prepare({
    configObjectFullPath: path.join(folder, 'api-extractor.json'),
    packageJsonFullPath: path.join(folder, 'package.json'),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: entry,
      newlineKind: 'lf',
      compiler: {
        overrideTsconfig: {
          compilerOptions: {
            target: 'es2023',
            lib: ['es2023', 'dom', 'dom.iterable'],
            module: 'nodenext',
            moduleResolution: 'nodenext',
            strict: true,
            exactOptionalPropertyTypes: true,
            skipLibCheck: true,
            types: ['node'],
            typeRoots: [path.join(import.meta.dirname, 'node_modules/@types')],
          },
          files: types,
        },
      },
      apiReport: {
        enabled: true,
        reportFileName: name,
        reportFolder: reports,
        reportTempFolder: temporary,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          // Everything that an entry exports is public.
          'ae-missing-release-tag': { logLevel: ExtractorLogLevel.None },
          'ae-unresolved-link': { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  // One program for all entries: a tenth of the time that one each takes.
  compilerState ??= CompilerState.create(config, { additionalEntryPoints: types });
  const where = `${path.relative(root, reports)}/${name}.api.md`;
  const result = Extractor.invoke(config, {
    localBuild: writes,
    compilerState,
    messageCallback: (message) => {
      message.handled = true;
      if (message.logLevel === ExtractorLogLevel.Error) fail(`${where}: ${message.text}`);
    },
  });
  if (result.apiReportChanged && !writes)
    fail(`${where} differs from the built declarations: run \`pnpm api\` and read the difference`);
}

/** @param {string} file a report of no entry */
function stale(file) {
  if (writes) rmSync(file);
  else fail(`${path.relative(root, file)}: no entry has this name; run \`pnpm api\``);
}

/** @param {string} file a report, in which the line after each of these marks is a member without a docstring */
function requireDocstrings(file) {
  const members = [...readFileSync(file, 'utf8').matchAll(/\/\/ \(undocumented\)\n\s*(.*)/g)];
  undocumented += members.length;
  for (const [, member] of members) {
    fail(`${path.relative(root, file)}: "${member}" needs a docstring: facts, unit, default, errors`);
  }
}

/** @param {string} message */
function fail(message) {
  problems += 1;
  console.error(message);
}
