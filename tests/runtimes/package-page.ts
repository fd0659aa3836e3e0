import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, normalize } from 'node:path';

const require = createRequire(import.meta.url);
const PACKAGES = ['credentials-core', 'credentials-remote', 'crc64', 'http-downloader', 'signer-core', 'url-presigner'];

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly imports?: Readonly<Record<string, { readonly default: string }>>;
}

/** What bundlers make of the packages' `exports` and `imports` for browsers. */
function importMap(): { readonly imports: Readonly<Record<string, string>> } {
  const imports: Record<string, string> = { '@noble/hashes/': '/@noble/hashes/' };
  for (const name of PACKAGES) {
    const manifest = JSON.parse(readFileSync(require.resolve(`@ossgrant/${name}/package.json`), 'utf8')) as Manifest;
    for (const [entry, target] of Object.entries(manifest.exports)) {
      if (typeof target !== 'string') imports[`@ossgrant/${name}${entry.slice(1)}`] = urlOf(name, target.default);
    }
    for (const [specifier, target] of Object.entries(manifest.imports ?? {})) {
      imports[specifier] = urlOf(name, target.default);
    }
  }
  return { imports };
}

function urlOf(name: string, file: string): string {
  return file.replace('.', `/@ossgrant/${name}`);
}

const MAP = JSON.stringify(importMap());

/** An empty page, with the packages' built files under their names. */
export const PACKAGE_PAGE = {
  html: `<!doctype html><script type="importmap">${MAP}</script><script type="module" src="/page.mjs"></script>`,
  scriptAt,
};

/** A policy under which that page runs, but no WebAssembly. */
export const STRICT_POLICY = [
  "default-src 'none'",
  `script-src 'self' 'sha256-${createHash('sha256').update(MAP).digest('base64')}'`,
  'connect-src *',
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

function scriptAt(pathname: string): string | undefined {
  if (/^\/(page|run-vectors)\.mjs$/.test(pathname)) return new URL(`.${pathname}`, import.meta.url).pathname;
  const [, name, rest] = /^\/(@ossgrant\/[a-z0-9-]+|@noble\/hashes)\/(.+\.js)$/.exec(normalize(pathname)) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const manifest = name === '@noble/hashes' ? join(dirname(require.resolve(`${name}/utils.js`)), 'package.json') : '';
  return join(dirname(manifest || require.resolve(`${name}/package.json`)), rest);
}
