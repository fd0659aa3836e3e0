import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { buildConnector, Client, type Dispatcher } from 'undici';
import { connectOptions } from './dispatcher.ts';

/** Takes the bytes of one response. */
export interface Receiver {
  /** Where the next bytes go; never empty. */
  room(): Uint8Array;
  /** So many have come, at the start of the room. Whether more may: false holds them back until `resume`. */
  received(length: number, room: Uint8Array): boolean;
  /** No more will come: of an error, or because the server has closed the connection. */
  lost(error: Error | undefined): void;
}

/** A connection that receives into its user's memory. It serves one request at a time. */
export interface Connection {
  /** Memory for the start of a response. */
  readonly scratch: Buffer;
  /** Sends a request. */
  send(request: string, receiver: Receiver): void;
  /** Lets another take what comes. */
  receive(receiver: Receiver): void;
  resume(): void;
  /** The response is complete. Once nothing follows it, the connection is kept for others so long, and `then` is called. */
  release(keepMs: number, then: () => void): void;
  /** Takes no more: nothing of a response that nobody waits for must reach another. */
  destroy(): void;
}

// Headers of 16 KiB, and a small object with them.
const SCRATCH = (1 << 16) + (1 << 14);
const MOST_KEPT = 256;
const SWEEP_MS = 1000;

interface Kept {
  readonly connection: Connection;
  readonly socket: Socket;
  readonly until: number;
}

const kept = new Map<string, Kept[]>();
let keptCount = 0;
let sweeper: ReturnType<typeof setTimeout> | undefined;

function keep(origin: string, entry: Kept): void {
  if (keptCount >= MOST_KEPT) {
    entry.connection.destroy();
    return;
  }
  const entries = kept.get(origin) ?? [];
  kept.set(origin, entries);
  entries.push(entry);
  keptCount += 1;
  entry.socket.unref();
  sweeper ??= setTimeout(sweep, SWEEP_MS).unref();
}

/** Takes the connection that was used last out of those that are kept. */
function takeKept(origin: string): Connection | undefined {
  const now = performance.now();
  const entries = kept.get(origin) ?? [];
  for (let entry = entries.pop(); entry !== undefined; entry = entries.pop()) {
    keptCount -= 1;
    if (entry.until > now && entry.socket.readyState === 'open') {
      entry.socket.ref();
      return entry.connection;
    }
    entry.connection.destroy();
  }
  return undefined;
}

function sweep(): void {
  const now = performance.now();
  sweeper = undefined;
  keptCount = 0;
  for (const [origin, entries] of kept) {
    const left = entries.filter(({ connection, socket, until }) => {
      if (until <= now) connection.destroy();
      return until > now && !socket.destroyed;
    });
    keptCount += left.length;
    if (left.length === 0) kept.delete(origin);
    else kept.set(origin, left);
  }
  if (keptCount > 0) sweeper = setTimeout(sweep, SWEEP_MS).unref();
}

type Onread = { readonly buffer: () => Uint8Array; readonly callback: (length: number, bytes: Uint8Array) => boolean };
// A socket reads its options while `connect` makes it.
let making: Onread | undefined;
const ONREAD = {
  get buffer() {
    return making?.buffer;
  },
  get callback() {
    return making?.callback;
  },
};
// One for each limit: it keeps the sessions of TLS.
const connectors = new Map<number, buildConnector.connector>();

/** A connection that is kept, or a new one: with its TLS verified as undici does it. */
export function openConnection(
  origin: string,
  connectMs: number,
  opened: (...result: [Error, undefined] | [undefined, Connection]) => void,
): void {
  const connection = takeKept(origin);
  if (connection !== undefined) {
    opened(undefined, connection);
    return;
  }
  const { protocol, host, hostname, port } = new URL(origin);
  let connect = connectors.get(connectMs);
  if (connect === undefined) {
    connect = buildConnector({ ...connectOptions(connectMs), onread: ONREAD as Onread });
    connectors.set(connectMs, connect);
  }
  const { connected, onread } = createConnection(origin);
  making = onread;
  connect({ protocol, host, hostname: hostname.replace(/^\[(.*)\]$/, '$1'), port }, (...[error, socket]) => {
    if (error === null) opened(undefined, connected(socket));
    else opened(error, undefined);
  });
  making = undefined;
}

function createConnection(origin: string) {
  const scratch = Buffer.allocUnsafeSlow(SCRATCH);
  let socket: Socket | undefined;
  // What comes between responses belongs to none.
  const nobody: Receiver = {
    room: () => scratch,
    received(): boolean {
      connection.destroy();
      return false;
    },
    lost: () => {},
  };
  let receiver = nobody;

  function lose(error?: Error): void {
    const loser = receiver;
    connection.destroy();
    loser.lost(error);
  }

  const connection: Connection = {
    scratch,
    send(request, to): void {
      receiver = to;
      socket?.write(request, 'latin1');
    },
    receive: (to) => void (receiver = to),
    resume: () => void socket?.resume(),
    release(keepMs, then): void {
      receiver = nobody;
      // All that the system has of this connection comes before that.
      setImmediate(() => {
        if (socket?.readyState !== 'open' || keepMs <= 0) connection.destroy();
        else keep(origin, { connection, socket, until: performance.now() + keepMs });
        then();
      });
    },
    destroy(): void {
      receiver = nobody;
      socket?.destroy();
    },
  };
  return {
    onread: {
      buffer: (): Uint8Array => receiver.room(),
      callback: (length: number, room: Uint8Array): boolean => receiver.received(length, room),
    },
    connected(to: Socket): Connection {
      socket = to
        .on('end', () => lose())
        .on('error', lose)
        .on('close', () => lose());
      return connection;
    },
  };
}

/**
 * Lets undici read the response of a request that has been sent: the dispatcher sends nothing. It takes what has been received, and
 * closes the connection at the end. The connection must be held back until then.
 */
export function handOver(origin: string, connection: Connection, received: Uint8Array): Dispatcher {
  let first: Uint8Array | undefined = Buffer.from(received);
  const stream = new Duplex({
    read: () => void (first ?? connection.resume()),
    // A response is not for undici before it has written its request.
    write(_chunk, _encoding, done): void {
      if (first !== undefined) stream.push(first);
      first = undefined;
      connection.resume();
      done();
    },
    destroy(error, done): void {
      connection.destroy();
      done(error);
    },
  });
  connection.receive({
    // undici keeps pieces of headers.
    room: () => Buffer.allocUnsafeSlow(1 << 16),
    received: (length, room) => stream.push(room.subarray(0, length)),
    lost: (error) => (error === undefined ? stream.push(null) : stream.destroy(error)),
  });
  return new Client(origin, {
    connect(_target, callback): void {
      // It expects no answer before this has returned, and connects anew for a request that was aborted: an error of another kind
      // than its own ends that.
      queueMicrotask(() => {
        if (stream.destroyed) callback(Object.assign(new Error('it is closed'), { code: 'ECONNABORTED' }), null);
        else callback(null, stream as Socket);
      });
    },
  });
}
