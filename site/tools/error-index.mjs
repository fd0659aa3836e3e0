// Writes the page of error codes from the unions that the code declares and the comments above them. A code without a meaning stops
// the build: whoever adds one must say what it means and what to do.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pages, published, root } from './stage.mjs';

const UNION = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export type (\w+Code) =([^;]+);/g;

// What it means, and what to do: two sentences at least.
const MEANING = /\. \S/;

/** @returns {readonly string[]} the codes whose meaning, or what to do about them, no comment says */
export function writeErrorIndex() {
  /** @type {string[]} */
  const unexplained = [];
  /** @type {string[]} */
  const sections = [];
  for (const file of published().flatMap(sourcesOf).sort()) {
    const text = readFileSync(path.join(root, file), 'utf8');
    for (const [, comment = '', union = '', members = ''] of text.matchAll(UNION)) {
      const codes = Array.from(members.matchAll(/'([\w-]+)'/g), ([, code = '']) => code);
      if (codes.length === 0) continue;
      const meanings = meaningsIn(comment);
      unexplained.push(
        ...codes.filter((code) => !MEANING.test(meanings.get(code) ?? '')).map((code) => `${file}: ${union} ${code}`),
      );
      const name = file.split('/')[1] ?? '';
      const title = union.replace(/Code$/, '');
      const rows = codes.map(
        // Classes share codes, so an anchor names both.
        (code) => `| <a id="${`${title}-${code}`.toLowerCase()}"></a>\`${code}\` | ${meanings.get(code) ?? ''} |`,
      );
      const lead =
        comment
          .replace(/^\s*\* ?/gm, '')
          .split('\n')
          .find((line) => line.trim() !== '') ?? '';
      const where = `Type \`${union}\`, [${name === 'cli' ? 'ossgrant' : `@ossgrant/${name}`}](./packages/${name}.md).`;
      sections.push(
        [
          `## ${title}`,
          '',
          `${lead.trim()} ${where}`,
          '',
          '| code | meaning, and what to do |',
          '| --- | --- |',
          ...rows,
        ].join('\n'),
      );
    }
  }
  const head =
    '# Error codes\n\nEvery code that a package of ossgrant gives, what it means and what to do. ' +
    'Messages name the value or the step that failed; they hold no secret.\n';
  writeFileSync(path.join(pages, 'errors.md'), `${head}\n${sections.join('\n\n')}\n`);
  return unexplained;
}

/** @param {string} home */
function sourcesOf(home) {
  const folder = `${home}/src`;
  const names = readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((file) => file.endsWith('.ts')).map((file) => path.posix.join(folder, file));
}

/** Lines of the form "- `A`, `B`: meaning", which may go on in the next lines. @param {string} comment */
function meaningsIn(comment) {
  /** @type {Map<string, string>} */
  const meanings = new Map();
  const text = comment.replace(/^\s*\* ?/gm, '');
  for (const [, names = '', meaning = ''] of text.matchAll(
    /^- ((?:`[\w-]+`(?:, )?)+): ([\s\S]*?)(?=^- `|^\s*$|(?![\s\S]))/gm,
  )) {
    const sentence = meaning.replaceAll(/\s+/g, ' ').trim();
    for (const [, code = ''] of names.matchAll(/`([\w-]+)`/g)) {
      meanings.set(code, `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`.replaceAll('|', '\\|'));
    }
  }
  return meanings;
}
