// A published package without a repository, a README or a report of its types is found by its first user. So each package that
// npm gets must say where it lives and what it is, admit the Node versions that run it, ship its licence and its changelog, stand
// in the lists of packages, have a report and a page of the reference for each entry with types, and link only to what works on
// npm's page as well.
import { existsSync, readFileSync } from 'node:fs';
import { publishedPackages } from '../workspace.mjs';

const REPOSITORY = 'https://github.com/ossgrant/ossgrant';
// `require` of an ES module works in these versions.
const NODE = '^20.19 || >=22.12';
const HEADINGS = ['Install', 'Use', 'Errors', 'Compatibility'];
// The first version that is published is not this one.
const UNPUBLISHED = '0.0.0';
const LISTS = ['README.md', 'README.zh-CN.md'].map((file) => ({ file, text: readFileSync(file, 'utf8') }));

/** @type {string[]} */
const problems = [];
const packages = publishedPackages();
for (const { folder, manifest } of packages) {
  const { name } = manifest;
  /** @type {[ok: boolean, problem: string][]} */
  const facts = [
    [(manifest.description ?? '').length > 20, 'needs a description'],
    [Array.isArray(manifest['keywords']) && manifest['keywords'].length > 3, 'needs keywords'],
    [manifest['homepage'] === `${REPOSITORY}/tree/main/${folder}#readme`, 'needs the homepage of its README'],
    [manifest['bugs'] === `${REPOSITORY}/issues`, 'needs "bugs"'],
    [manifest['author'] !== undefined, 'needs an author'],
    [manifest['license'] === 'Apache-2.0', 'needs the licence Apache-2.0'],
    [
      JSON.stringify(manifest['repository']) ===
        JSON.stringify({ type: 'git', url: `git+${REPOSITORY}.git`, directory: folder }),
      'needs "repository" with its folder: provenance compares it',
    ],
    [JSON.stringify(manifest['engines']) === JSON.stringify({ node: NODE }), `needs "engines": { "node": "${NODE}" }`],
    [
      JSON.stringify(manifest['publishConfig']) === '{"access":"public"}',
      'needs "publishConfig": { "access": "public" }',
    ],
    [manifest.files?.includes('CHANGELOG.md') === true, 'must pack CHANGELOG.md'],
    [existsSync(`${folder}/LICENSE`), 'needs a LICENSE file'],
    [existsSync(`${folder}/README.md`), 'needs a README.md'],
    ...LISTS.map(
      ({ file, text }) =>
        /** @type {[boolean, string]} */ ([text.includes(`](${folder})`), `needs a row in the packages of ${file}`]),
    ),
  ];
  problems.push(...facts.filter(([ok]) => !ok).map(([, problem]) => `${folder}: ${name} ${problem}`));
  if (existsSync(`${folder}/README.md`)) {
    problems.push(...readmeProblems(`${folder}/README.md`), ...statusProblems(`${folder}/README.md`, manifest.version));
  }
  problems.push(
    ...Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => entryProblems(folder, entry, target)),
  );
}
for (const { file } of LISTS) problems.push(...statusProblems(file, packages[0]?.manifest.version ?? UNPUBLISHED));
for (const problem of problems) console.error(problem);
console.log(`${packages.length} published packages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {string} folder @param {string} entry @param {unknown} target @returns {string[]} */
function entryProblems(folder, entry, target) {
  if (typeof target !== 'object' || target === null || !('types' in target)) return [];
  const source = '@ossgrant/source' in target ? `${folder}/${String(target['@ossgrant/source'])}` : undefined;
  const report = `${folder}/etc/${entry === '.' ? 'index' : entry.slice(2).replaceAll('/', '-')}.api.md`;
  return [
    ...(existsSync(report) ? [] : [`${folder}: "${entry}" needs ${report}: run \`pnpm api\``]),
    ...(source !== undefined && existsSync(source)
      ? []
      : [`${folder}: "${entry}" needs the condition "@ossgrant/source": the reference is made from it`]),
  ];
}

/** Until the first release a README says so, and from then on it must not. @param {string} file @param {string} version */
function statusProblems(file, version) {
  const says = /not on npm yet|尚未发布到 npm/i.test(readFileSync(file, 'utf8'));
  if (says === (version === UNPUBLISHED)) return [];
  return [
    `${file}: ${says ? 'is on npm now: remove the line that says otherwise' : 'must say that it is not on npm yet'}`,
  ];
}

/** @param {string} file @returns {string[]} */
function readmeProblems(file) {
  const text = readFileSync(file, 'utf8');
  const relative = [...text.matchAll(/\]\((?![a-z]+:|#)([^)\s]+)\)/g)];
  return [
    ...HEADINGS.filter((heading) => !text.includes(`\n## ${heading}`)).map(
      (heading) => `${file}: needs the heading "${heading}"`,
    ),
    ...relative.map(([, link]) => `${file}: ${link} is relative: npm's page needs ${REPOSITORY}/blob/main/...`),
  ];
}
