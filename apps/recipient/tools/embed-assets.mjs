// Writes the built page into a module, so that a server needs no file system to send it.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = 'dist/built';
const TYPES = { '.js': 'text/javascript; charset=utf-8' };

/** @type {Record<string, { file: string, css?: string[], imports?: string[] }>} */
const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
const english = manifest['src/page/start-english.ts'];
const chinese = manifest['src/page/start-chinese.ts'];
const main = manifest[english?.imports?.[0] ?? '']?.file;
const css = manifest['src/page/page.css']?.file;
if (english === undefined || chinese === undefined || main === undefined || css === undefined) {
  throw new Error(`${folder}/manifest.json lacks a script or the style`);
}
const scripts = { en: english.file, 'zh-CN': chinese.file };
for (const { file, css: styles } of Object.values(manifest)) {
  // Vite would load it before the chunk, from a path where this server has no files, and the chunk would fail.
  if (styles !== undefined) throw new Error(`${file} imports ${styles.join(', ')}: import styles in page.css only`);
}

// It stands in the page itself, so that the first picture waits for no other file.
const text = readFileSync(path.join(folder, css), 'utf8').trim();
if (text.includes('</')) throw new Error(`${css} has an end of an element in it`);
const style = { text, hash: createHash('sha256').update(text).digest('base64') };

const names = new Set(Object.values(manifest).map(({ file }) => file));
names.delete(css);
const files = Object.fromEntries(
  [...names].sort().map((name) => {
    const type = TYPES[/** @type {keyof typeof TYPES} */ (path.extname(name))];
    if (type === undefined) throw new Error(`${name} has no media type here`);
    return [name, { type, text: readFileSync(path.join(folder, name), 'utf8') }];
  }),
);
writeFileSync('dist/assets.mjs', `export const ASSETS = ${JSON.stringify({ scripts, main, style, files })};\n`);
