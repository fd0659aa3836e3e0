import { once } from 'node:events';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** A static host as the site's: `/a` is `a.html`, and nothing outside the folder is served. */
export async function serveFolder(folder: string): Promise<{ readonly origin: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://site');
    const wanted = path.join(folder, path.posix.normalize(decodeURIComponent(pathname)));
    const file = [wanted, `${wanted}.html`, path.join(wanted, 'index.html')].find(
      (name) => name.startsWith(folder) && existsSync(name) && statSync(name).isFile(),
    );
    if (file === undefined) response.writeHead(404).end();
    else
      response
        .setHeader('content-type', TYPES[path.extname(file)] ?? 'application/octet-stream')
        .end(readFileSync(file));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
