import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback as the client's own server got it. */
export interface Called {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The client's own server, on loopback. */
export interface CallbackServer {
  /** Without a scheme, as `callbackUrl` may be. */
  readonly host: string;
  readonly calls: readonly Called[];
  close(): Promise<void>;
}

/** @param answer what it says to each call; undefined: nothing, ever */
export async function startCallbackServer(
  answer: (called: Called) => { readonly status?: number; readonly body: string } | undefined,
): Promise<CallbackServer> {
  const calls: Called[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const called = { method, path, headers, body: Buffer.concat(chunks).toString() };
      calls.push(called);
      const reply = answer(called);
      if (reply === undefined) return;
      response.writeHead(reply.status ?? 200, { 'content-length': Buffer.byteLength(reply.body) }).end(reply.body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    host: `127.0.0.1:${port}`,
    calls,
    async close(): Promise<void> {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
