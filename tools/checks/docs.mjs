// Documents rot silently: a moved file leaves its old name behind, a heading is reworded and its links lead nowhere, a decision
// is missing from the index. So every link into this repository, and every anchor, of every Markdown file must lead somewhere, every file that
// the pages in NAMING name must exist, and the index must list the decisions.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const NAMING = ['docs/project-layout.md', 'docs/architecture.md', 'docs/assumptions.md', 'CONTRIBUTING.md'];
const DECISIONS = 'docs/decisions';

const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '-z', '*.md'], {
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(file) && !/^\.changeset\/|^site\/pages\/|\.api\.md$/.test(file));
const problems = [
  ...pages.flatMap((page) => deadLinks(page)),
  ...NAMING.flatMap((page) => missingFiles(page)),
  ...missingDecisions(),
];
for (const problem of problems) console.error(problem);
console.log(`${pages.length} pages, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** @param {string} page @returns {string[]} */
function deadLinks(page) {
  const text = withoutCode(readFileSync(page, 'utf8'));
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    const own = /^https:\/\/github\.com\/ossgrant\/ossgrant\/(?:blob|tree)\/main\/(.*)$/.exec(link)?.[1];
    if (own === undefined && /^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = (own ?? link).split('#');
    const target = targetOf(page, file, own !== undefined);
    if (!existsSync(target)) return [`${page}: ${link} leads to no file`];
    if (anchor === undefined || !target.endsWith('.md')) return [];
    return anchorsOf(target).includes(anchor) ? [] : [`${page}: ${link} leads to no heading`];
  });
}

/** @param {string} page @param {string} file @param {boolean} fromRoot @returns {string} */
function targetOf(page, file, fromRoot) {
  if (fromRoot) return file;
  return file === '' ? page : path.posix.join(path.posix.dirname(page), file);
}

/** @param {string} page @returns {string[]} the anchors that GitHub gives the page's headings */
function anchorsOf(page) {
  const text = withoutCode(readFileSync(page, 'utf8'));
  return [...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** @param {string} page @returns {string[]} */
function missingFiles(page) {
  const names = readFileSync(page, 'utf8').matchAll(/`([a-z0-9-]+\/[^`\s*]*\.[a-z]+)`/g);
  // A file of a package may be named from the package on, and `NAME` stands for what the reader adds.
  return [...names].flatMap(([, name = '']) =>
    [name, `packages/${name}`, `packages/cli/${name}`, `packages/local-oss/${name}`].some((file) => existsSync(file)) ||
    name.includes('NAME')
      ? []
      : [`${page}: ${name} does not exist`],
  );
}

/** @returns {string[]} */
function missingDecisions() {
  const index = readFileSync(`${DECISIONS}/README.md`, 'utf8');
  return readdirSync(DECISIONS)
    .filter((file) => /^\d{3}-.*\.md$/.test(file))
    .flatMap((file) => {
      const [, date, status] =
        /^Date: (\d{4}-\d\d-\d\d)\. Status: (.+)\.$/m.exec(readFileSync(`${DECISIONS}/${file}`, 'utf8')) ?? [];
      if (date === undefined)
        return [`${DECISIONS}/${file}: write "Date: YYYY-MM-DD. Status: accepted." under the title`];
      const row = index.split('\n').find((line) => line.includes(`](${file})`));
      if (row === undefined) return [`${DECISIONS}/README.md: add a row for ${file}`];
      return row.includes(date) && row.includes(status ?? '')
        ? []
        : [`${DECISIONS}/README.md: date or status of ${file} differs`];
    });
}

/** @param {string} text */
function withoutCode(text) {
  return text.replace(/^```.*?^```$/gms, '').replace(/`[^`\n]*`/g, '``');
}
