import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver got. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A receiver of webhooks on this machine. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** Responds to each request, by default with 200. */
  respond: (response: ServerResponse) => void;
  /** Types of what it got, by the share that they are about. */
  types(shareId: string): readonly string[];
  ids(): readonly string[];
  close(): Promise<void>;
}

/** Starts a receiver. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      received.push({ headers: request.headers, body });
      receiver.respond(response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`,
    received,
    respond: (response) => void response.end(),
    types: (shareId) =>
      received
        .map(({ body }) => JSON.parse(body) as { type: string; data: { share: { id: string } } })
        .filter(({ data }) => data.share.id === shareId)
        .map(({ type }) => type),
    ids: () => received.map(({ headers }) => String(headers['webhook-id'])),
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return receiver;
}
