import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { BlockList, isIP, type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Certificates, writeCaFile, createCertificates, serverNames } from './certificates.ts';

/** The server over TLS. */
export interface HttpsFacts {
  /** `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** Certificate that clients must trust, in PEM; another one at each start. */
  readonly ca: string;
  /** File with it: in `directory`, or in a temporary folder that goes when the server is closed. */
  readonly caFile: string;
}

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

// Clients cannot connect to an address that stands for all of a machine's addresses.
const OWN: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

/** Whether only this machine can reach an address; names are resolved by then. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && LOOPBACK.check(address, family === 6 ? 'ipv6' : 'ipv4');
}

/** URL of a server for clients on this machine. */
export function endpointOf({ address, port, family }: AddressInfo, scheme: 'http' | 'https'): string {
  const own = OWN[address] ?? address;
  return `${scheme}://${family === 'IPv6' ? `[${own}]` : own}:${port}`;
}

/** What a server does with its connections. */
export interface ConnectionHandlers {
  readonly serve: RequestListener;
  /**
   * Called when a request cannot be parsed; it must end the socket.
   *
   * @param isAmid whether it came in the middle of a request that `serve` does not know
   */
  readonly parserError: (error: Error, socket: Duplex, isAmid: boolean) => void;
  /** Called for CONNECT, with what the client sent after it; it must end the socket or hand it on. */
  readonly connect: (message: IncomingMessage, socket: Duplex, head: Buffer) => void;
  readonly tlsError: (error: Error) => void;
  /** Called when a client leaves after the TLS handshake, before it sent anything. */
  readonly tlsUnused: () => void;
  /** Called for a request that comes after one with `Connection: close`: it gets no response. */
  readonly afterClose: (message: IncomingMessage) => void;
}

/** Options of `listen`. */
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
  /** Serves a connection that came by another way. */
  accept(socket: Duplex): void;
  /** Ends all connections and frees the port. */
  close(): Promise<void>;
}

/** @throws Error when the address is taken */
export async function listen(handlers: ConnectionHandlers, { host, port, tls }: ListenOptions): Promise<Listening> {
  // Many clients send Content-Length with a chunked body, which only the lenient parser takes. A request without Host is
  // refused by `serve`, as Node's own refusal reaches no handler.
  const options = { maxHeaderSize: 65_536, noDelay: true, insecureHTTPParser: true, requireHostHeader: false };
  const closing = new WeakSet<Socket>();
  const heard = createHeard();
  const serve: RequestListener = (message, response) => {
    heard.take(message);
    // The lenient parser reads on.
    if (closing.has(message.socket)) {
      handlers.afterClose(message);
      return;
    }
    if (message.headers.connection?.toLowerCase() === 'close') closing.add(message.socket);
    handlers.serve(message, response);
  };
  const server =
    tls === undefined
      ? createServer(options, serve)
      : createSecureServer({ ...options, cert: tls.certificate, key: tls.key }, serve);
  // Without this listener Node would ask for the body before anybody has looked at the signature.
  server.on('checkContinue', serve);
  // Without this one it would refuse any other expectation itself.
  server.on('checkExpectation', serve);
  server.on('clientError', (error, socket) => {
    handlers.parserError(error, socket, heard.isAmid(socket as Socket, error));
  });
  server.on('connect', handlers.connect);
  server.on('tlsClientError', handlers.tlsError);
  server.on('secureConnection', (socket: Socket) => {
    heard.begin(socket);
    socket.once('close', () => {
      if (heard.isNew(socket)) handlers.tlsUnused();
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    if (tls === undefined) heard.begin(socket);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.listen(port, host);
  await once(server, 'listening');
  const bound = server.address() as AddressInfo;
  // Said once: with TLS there is a plain server beside it.
  if (tls === undefined && !isLoopback(bound.address)) {
    process.emitWarning(
      `local-oss on ${bound.address} accepts connections from other machines, although it is meant for tests: listen on 127.0.0.1 instead`,
    );
  }
  return {
    endpoint: endpointOf(bound, tls === undefined ? 'http' : 'https'),
    address: bound.address,
    accept: (socket) => server.emit('connection', socket),
    async close(): Promise<void> {
      const closed = once(server, 'close');
      server.close();
      // Not `closeAllConnections`: it knows of none whose TLS handshake is still to come.
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** How far each connection's bytes belong to requests that the handlers know. */
interface Heard {
  /** A connection is open, over TLS after the handshake. */
  begin(socket: Socket): void;
  /** A request has come. */
  take(message: IncomingMessage): void;
  /** Whether an error came in the middle of a request that the handlers do not know yet. */
  isAmid(socket: Socket, error: Error & { readonly code?: string }): boolean;
  /** Whether nothing came yet. */
  isNew(socket: Socket): boolean;
}

function createHeard(): Heard {
  const upTo = new WeakMap<Socket, number>();
  const latest = new WeakMap<Socket, IncomingMessage>();
  const isMore = (socket: Socket): boolean => socket.bytesRead > (upTo.get(socket) ?? Infinity);
  return {
    begin: (socket) => void upTo.set(socket, socket.bytesRead),
    take(message): void {
      const { socket } = message;
      latest.set(socket, message);
      message.once('close', () => upTo.set(socket, socket.bytesRead));
    },
    isAmid: (socket, { code }) =>
      latest.get(socket)?.complete !== false && (isMore(socket) || code === 'HPE_INVALID_EOF_STATE'),
    isNew: (socket) => !latest.has(socket) && !isMore(socket),
  };
}

/** Options of `listenSecurely`. */
export interface ListenSecurelyOptions {
  readonly host: string;
  readonly region: string;
  readonly cnames: Iterable<string>;
  /** Address that the plain server was bound to. */
  readonly address: string;
  readonly directory: string | undefined;
}

/** Listens with TLS on a free port, with a certificate authority of its own. */
export async function listenSecurely(
  handlers: ConnectionHandlers,
  options: ListenSecurelyOptions,
): Promise<HttpsFacts & Pick<Listening, 'accept' | 'close'>> {
  const tls = await createCertificates(serverNames(options));
  const file = await writeCaFile(tls.ca, options.directory);
  const listening = await listen(handlers, { host: options.host, port: 0, tls });
  return {
    endpoint: listening.endpoint,
    ca: tls.ca,
    caFile: file.path,
    accept: (socket) => listening.accept(socket),
    async close(): Promise<void> {
      await listening.close();
      await file.remove();
    },
  };
}

/**
 * A signal for each connection, aborted when it ends. The response's own `close` is not enough: an answer that waits
 * behind another one of the same connection never gets it.
 */
export function createConnectionSignals(): (socket: Socket) => AbortSignal {
  const signals = new WeakMap<Socket, AbortSignal>();
  return (socket) => {
    const known = signals.get(socket);
    if (known !== undefined) return known;
    const controller = new AbortController();
    if (socket.destroyed) controller.abort();
    else socket.once('close', () => controller.abort());
    signals.set(socket, controller.signal);
    return controller.signal;
  };
}
