// Writes the built page into a module, so that a server needs no file system to send it.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const folder = 'dist/built';
const TYPES = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

/** @type {Record<string, { file: string, css?: string[], isEntry?: boolean }>} */
const manifest = JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8'));
const entry = Object.values(manifest).find(({ isEntry }) => isEntry === true);
const style = entry?.css?.[0];
if (entry === undefined || style === undefined) throw new Error(`${folder}/manifest.json names no script or no style`);

const names = new Set(Object.values(manifest).flatMap(({ file, css = [] }) => [file, ...css]));
const files = Object.fromEntries(
  [...names].sort().map((name) => {
    const type = TYPES[/** @type {keyof typeof TYPES} */ (path.extname(name))];
    if (type === undefined) throw new Error(`${name} has no media type here`);
    return [name, { type, text: readFileSync(path.join(folder, name), 'utf8') }];
  }),
);
writeFileSync('dist/assets.mjs', `export const ASSETS = ${JSON.stringify({ script: entry.file, style, files })};\n`);
