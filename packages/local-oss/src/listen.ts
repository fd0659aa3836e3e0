import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
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
  const server =
    tls === undefined
      ? createServer(options, listener)
      : createSecureServer({ ...options, cert: tls.certificate, key: tls.key }, listener);
  // Without this listener Node would ask for the body before anybody has looked at the signature.
  server.on('checkContinue', listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  // Said once: with TLS there is a plain server beside it.
  if (tls === undefined && !isLoopback(bound.address)) {
    process.emitWarning(`local-oss on ${bound.address} lets other machines in: it is for tests`);
  }
  return {
    endpoint: endpointOf(bound, tls === undefined ? 'http' : 'https'),
    address: bound.address,
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      // Not `closeAllConnections`: it knows of none whose TLS handshake is still to come.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
