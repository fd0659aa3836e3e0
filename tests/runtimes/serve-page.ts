import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { dirname, join, normalize } from 'node:path';

const require = createRequire(import.meta.url);
const ROOTS = ['credentials-remote', 'crc64', 'http-downloader', 'signer-core', 'url-presigner'];

/** What bundlers make of the packages' `exports` and `imports` for browsers. */
function importMap(): { readonly imports: Readonly<Record<string, string>> } {
  const imports: Record<string, string> = { '@noble/hashes/': '/@noble/hashes/' };
  for (const name of ROOTS) {
    imports[`@ossgrant/${name}`] = `/@ossgrant/${name}/dist/index.js`;
    const manifest = JSON.parse(readFileSync(require.resolve(`@ossgrant/${name}/package.json`), 'utf8')) as {
      readonly imports?: Readonly<Record<string, { readonly default: string }>>;
    };
    for (const [specifier, targets] of Object.entries(manifest.imports ?? {})) {
      imports[specifier] = targets.default.replace('.', `/@ossgrant/${name}`);
    }
  }
  return { imports: { ...imports, '@ossgrant/signer-core/steps': '/@ossgrant/signer-core/dist/steps.js' } };
}

/** A page's own server: an empty page with the packages' built files under their names. */
export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** @param answer answers what is neither page nor package; returns whether it did */
export async function servePage(
  answer: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<PageServer> {
  const server = createServer((request, response) => {
    if (answer(request, response)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const file = fileOf(pathname);
    if (pathname === '/') {
      response.setHeader('content-type', 'text/html');
      response.end(
        `<!doctype html><script type="importmap">${JSON.stringify(importMap())}</script><script type="module" src="/page.mjs"></script>`,
      );
    } else if (file === undefined) {
      response.writeHead(404).end();
    } else {
      response.setHeader('content-type', 'text/javascript');
      response.end(readFileSync(file));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

function fileOf(pathname: string): string | undefined {
  if (/^\/(page|run-vectors)\.mjs$/.test(pathname)) return new URL(`.${pathname}`, import.meta.url).pathname;
  const [, name, rest] = /^\/(@ossgrant\/[a-z0-9-]+|@noble\/hashes)\/(.+\.js)$/.exec(normalize(pathname)) ?? [];
  if (name === undefined || rest === undefined) return undefined;
  const manifest = name === '@noble/hashes' ? join(dirname(require.resolve(`${name}/utils.js`)), 'package.json') : '';
  return join(dirname(manifest || require.resolve(`${name}/package.json`)), rest);
}
