import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page's own server. */
export interface PageServer {
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves an empty page at `/` that loads the scripts, each under its name. @param scripts name -> path of the file */
export async function servePage(scripts: Readonly<Record<string, string>>): Promise<PageServer> {
  const tags = Object.keys(scripts).map((name) => `<script src="/${name}"></script>`);
  const server = createServer((request, response) => {
    const file = scripts[(request.url ?? '/').slice(1)];
    response.setHeader('content-type', file === undefined ? 'text/html' : 'text/javascript');
    response.end(file === undefined ? `<!doctype html>${tags.join('')}` : readFileSync(file));
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
