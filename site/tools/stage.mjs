// Copies what the site shows into `.pages`: READMEs, guides, decisions and the site's own pages. VitePress cannot read them where they
// are, and a relative link that is right in the repository is wrong on the site: each becomes a link to a page of the site or, where
// the site has none, to the file in the repository. A link to nothing stops the build.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { publishedPackages } from '@ossgrant/tools/workspace.mjs';

export const REPOSITORY = 'https://github.com/ossgrant/ossgrant';
export const root = path.join(import.meta.dirname, '../..');
export const pages = path.join(import.meta.dirname, '../.pages');

/** Repository file to page, both with `/` and relative to their roots. @returns {Map<string, string>} */
function pagesOfFiles() {
  const found = new Map([
    ['README.md', 'overview.md'],
    ['README.zh-CN.md', 'zh/overview.md'],
    ['CONTRIBUTING.md', 'contributing.md'],
    ['SECURITY.md', 'security.md'],
    ['THREAT_MODEL.md', 'threat-model.md'],
  ]);
  for (const folder of published()) {
    const name = path.basename(folder);
    found.set(`${folder}/README.md`, `packages/${name}.md`);
    for (const file of markdownIn(`${folder}/docs`)) found.set(file, `packages/${name}-${path.basename(file)}`);
  }
  for (const folder of ['docs', 'docs/guides', 'docs/decisions', 'docs/zh']) {
    for (const file of markdownIn(folder)) found.set(file, file.slice('docs/'.length).replace('README.md', 'index.md'));
  }
  for (const [file] of found) if (!existsSync(path.join(root, file))) found.delete(file);
  return found;
}

/** Folders of the packages that are published. @returns {readonly string[]} */
export function published() {
  return publishedPackages(root).map(({ folder }) => folder);
}

/** @param {string} folder */
function markdownIn(folder) {
  const absolute = path.join(root, folder);
  if (!existsSync(absolute)) return [];
  return readdirSync(absolute)
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

/** Stages all pages. @returns {readonly string[]} the links that lead nowhere */
export function stage() {
  rmSync(pages, { recursive: true, force: true });
  cpSync(path.join(import.meta.dirname, '../pages'), pages, { recursive: true });
  const files = pagesOfFiles();
  /** @type {string[]} */
  const broken = [];
  for (const [file, page] of files) {
    const text = readFileSync(path.join(root, file), 'utf8');
    const target = path.join(pages, page);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(target, rewritten(text, file, page, { files, broken }));
  }
  return broken;
}

/**
 * @param {string} text
 * @param {string} file
 * @param {string} page
 * @param {{ files: Map<string, string>, broken: string[] }} state
 */
function rewritten(text, file, page, { files, broken }) {
  const inCode = /^```[\s\S]*?^```$/gm;
  const code = text.match(inCode) ?? [];
  let block = 0;
  return text
    .split(inCode)
    .map((prose) => {
      const linked = prose.replace(/\]\(([^)\s]+)\)/g, (whole, link) => {
        if (/^(https?:|mailto:|#)/.test(link)) return whole;
        const [to = '', anchor = ''] = link.split(/(?=#)/);
        const wanted = path.posix.normalize(path.posix.join(path.posix.dirname(file), to)).replace(/\/$/, '');
        const readme = [wanted, `${wanted}/README.md`].find((name) => files.has(name));
        if (readme !== undefined) return `](${relative(page, files.get(readme) ?? '')}${anchor})`;
        if (!existsSync(path.join(root, wanted))) broken.push(`${file}: ${link}`);
        else if (wanted.endsWith('.png')) {
          const picture = wanted.slice('docs/'.length);
          cpSync(path.join(root, wanted), path.join(pages, picture));
          return `](${relative(page, picture)})`;
        }
        const kind =
          existsSync(path.join(root, wanted)) && statSync(path.join(root, wanted)).isDirectory() ? 'tree' : 'blob';
        return `](${REPOSITORY}/${kind}/main/${wanted}${anchor})`;
      });
      // Vue would read these as its own.
      return linked.replaceAll('{{', '&#123;&#123;');
    })
    .map((prose) => prose + (code[block++] ?? ''))
    .join('');
}

/** @param {string} from @param {string} to */
function relative(from, to) {
  const found = path.posix.relative(path.posix.dirname(from), to);
  return found.startsWith('.') ? found : `./${found}`;
}
