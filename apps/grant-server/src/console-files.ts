import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

/** Responds below `/console`; elsewhere to nothing. */
export type ServeConsole = (request: Request) => Response | undefined;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

// What React Aria writes into the page: always these texts, so that the policy can name them. The second is for iOS.
const STYLES = [
  '@layer {\n  [data-react-aria-pressable] {\n    touch-action: pan-x pan-y pinch-zoom;\n  }\n}',
  '@layer {\n  * {\n    overscroll-behavior: contain;\n  }\n}',
];

/**
 * The console's policy: scripts and styles of its own, pictures of the storage, and nothing made from text.
 *
 * @param styles what the page itself has between `<style>` and its end
 */
export function consolePolicy(storage: readonly string[], styles: readonly string[] = []): string {
  const hashes = [...STYLES, ...styles]
    .map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    .join(' ');
  const hosts = storage.map((origin) => ` ${origin}`).join('');
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' ${hashes}`,
    "connect-src 'self'",
    `img-src 'self' data:${hosts}`,
    `media-src 'self'${hosts}`,
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

interface ServedFile {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly zipped: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads the built console, which is small enough to be kept.
 *
 * @param basePath path of the public address, which the page is below
 * @returns undefined where there is none
 */
export async function readConsole(
  folder: string,
  basePath: string,
  storage: readonly string[],
): Promise<ServeConsole | undefined> {
  const names = await readdir(folder, { recursive: true }).catch(() => []);
  const page = await readFile(path.join(folder, 'index.html'), 'utf8').catch(() => '');
  const styles = Array.from(page.matchAll(/<style>(.*?)<\/style>/gs), ([, text = '']) => text);
  const policy = consolePolicy(storage, styles);
  const files = new Map<string, ServedFile>();
  for (const name of names) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) continue;
    const bytes = new Uint8Array(await readFile(path.join(folder, name)));
    const zipped = new Uint8Array(await promisify(gzip)(bytes));
    files.set(name.split(path.sep).join('/'), { bytes, zipped, headers: headersOf(name, type, policy) });
  }
  const index = files.get('index.html');
  if (index === undefined) return undefined;
  const root = `${basePath}/console`;
  const missing = headersOf('', 'text/plain; charset=utf-8', policy);
  return (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === root) return new Response(null, { status: 308, headers: { location: `${root}/` } });
    if (!pathname.startsWith(`${root}/`)) return undefined;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return new Response(null, { status: 405, headers: { allow: 'GET, HEAD' } });
    }
    const name = pathname.slice(root.length + 1);
    const file = name === '' ? index : files.get(name);
    return file === undefined ? new Response('not found', { status: 404, headers: missing }) : respond(request, file);
  };
}

function headersOf(name: string, type: string, policy: string): Record<string, string> {
  // The bundler names assets by their content.
  const isNamedByContent = name.startsWith('assets');
  return {
    'content-type': type,
    'cache-control': isNamedByContent ? 'public, max-age=31536000, immutable' : 'no-cache',
    'content-security-policy': policy,
    'cross-origin-opener-policy': 'same-origin',
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    vary: 'accept-encoding',
  };
}

function respond(request: Request, { bytes, zipped, headers }: ServedFile): Response {
  const takesGzip = /\bgzip\b/.test(request.headers.get('accept-encoding') ?? '');
  const body = takesGzip ? zipped : bytes;
  return new Response(request.method === 'HEAD' ? null : body, {
    headers: {
      ...headers,
      'content-length': String(body.length),
      ...(takesGzip ? { 'content-encoding': 'gzip' } : {}),
    },
  });
}
