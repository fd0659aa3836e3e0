import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a page's server serves. */
export interface PageOptions {
  /** The page at `/`. */
  readonly html: string;
  /** The page's Content-Security-Policy. @default none */
  readonly policy?: string;
  /** The script at a path; `undefined` where there is none. */
  readonly scriptAt: (pathname: string) => string | undefined;
  /** Responds to a request that is neither; returns whether it did. @default never */
  readonly respond?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

/** A page's own server. */
export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves a page and its scripts on a free port. */
export async function servePage({ html, policy, scriptAt, respond = () => false }: PageOptions): Promise<PageServer> {
  const server = createServer((request, response) => {
    if (respond(request, response)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://page');
    const script = pathname === '/' ? undefined : scriptAt(pathname);
    if (policy !== undefined) response.setHeader('content-security-policy', policy);
    if (pathname === '/') response.setHeader('content-type', 'text/html').end(html);
    else if (script === undefined) response.writeHead(404).end();
    else response.setHeader('content-type', 'text/javascript').end(readFileSync(script));
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
