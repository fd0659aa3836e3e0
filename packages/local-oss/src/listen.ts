import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endpointOf, isLoopback } from './listening-address.ts';
import type { Certificates } from './tls/certificates.ts';

/** Where and how to listen. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** @default plain http */
  readonly tls?: Certificates;
}

/** A server that listens. */
export interface Listening {
  readonly endpoint: string;
  /** Address that it was bound to: a host name is resolved by then. */
  readonly address: string;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/** @throws Error when the address is taken */
export async function listen(listener: RequestListener, { host, port, tls }: ListenOptions): Promise<Listening> {
  const options = { maxHeaderSize: 65_536, noDelay: true };
  const server = tls === undefined ? createServer(options, listener) : await secureServer(options, listener, tls);
  // Without this listener Node would ask for the body before anybody has looked at the signature.
  server.on('checkContinue', listener);
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  if (!isLoopback(bound.address)) {
    process.emitWarning(`local-oss on ${bound.address} lets other machines in: it is for tests`);
  }
  return {
    endpoint: endpointOf(bound, tls === undefined ? 'http' : 'https'),
    address: bound.address,
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function secureServer(options: object, listener: RequestListener, tls: Certificates): Promise<Server> {
  const https = await import('node:https');
  return https.createServer({ ...options, cert: tls.certificate, key: tls.key }, listener);
}
