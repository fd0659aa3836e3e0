import type { OnReadOpts, Socket } from 'node:net';
import { connect } from './connector.ts';

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
  sweepLater();
}

/** Takes the connection that was used last out of those that are kept. */
export function takeKept(origin: string): Connection | undefined {
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

/** Closes those that have been kept long enough. @param now of `performance.now` */
export function sweepKept(now: number): void {
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
}

function sweepLater(): void {
  sweeper ??= setTimeout(() => {
    sweeper = undefined;
    sweepKept(performance.now());
    if (keptCount > 0) sweepLater();
  }, SWEEP_MS).unref();
}

/** Makes a connection. Returns what gives it up before it is there. @param connectMs for it, TLS included; 0 for no limit */
export function openConnection(
  origin: string,
  connectMs: number,
  opened: (...result: [Error, undefined] | [undefined, Connection]) => void,
): () => void {
  const { onread, connected } = createConnection(origin);
  return connect(origin, { connectMs, onread }, (error, socket) => {
    if (error === undefined) opened(undefined, connected(socket));
    else opened(error, undefined);
  });
}

function createConnection(origin: string): {
  readonly onread: OnReadOpts;
  readonly connected: (to: Socket) => Connection;
} {
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
  let isHeldBack = false;

  function lose(error?: Error): void {
    const loser = receiver;
    connection.destroy();
    loser.lost(error);
  }

  const connection: Connection = {
    scratch,
    send(request, to): void {
      receiver = to;
      // Requests of one turn go out together: a server that sleeps is woken once, which is most of what sending one costs.
      setImmediate(() => {
        if (receiver === to) socket?.write(request, 'latin1');
      });
    },
    receive: (to) => void (receiver = to),
    resume(): void {
      isHeldBack = false;
      socket?.resume();
    },
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
      buffer: () => receiver.room(),
      callback(length, room): boolean {
        const mayGoOn = receiver.received(length, room);
        // TLS delivers what it has decrypted although it is held back, also the end of a response: the last word counts.
        if (mayGoOn && isHeldBack) connection.resume();
        isHeldBack = !mayGoOn;
        return mayGoOn;
      },
    },
    connected(to): Connection {
      socket = to
        .on('end', () => lose())
        .on('error', lose)
        .on('close', () => lose());
      return connection;
    },
  };
}

/** What the name of a header consists of. */
export const TOKEN = "[!#$%&'*+\\-.^_`|~\\dA-Za-z]+";

/** The start of a response. */
export interface ResponseHead {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: ReadonlyMap<string, string>;
  /** Of the body, in bytes. */
  readonly length: number;
  /** How long the connection may be kept, in milliseconds. */
  readonly keepMs: number;
}

const STATUS = /^HTTP\/1\.1 (200|206) [\t\x20-\x7e\x80-\xff]*\r\n/;
const FIELD = new RegExp(
  `(${TOKEN}):[ \\t]*((?:[\\x21-\\x7e\\x80-\\xff]+[ \\t]+)*[\\x21-\\x7e\\x80-\\xff]+)?\\r\\n`,
  'y',
);
const KEEP_MS = 4000;
// The server's time begins before ours.
const MARGIN_MS = 2000;

/**
 * Reads status line and headers, without the empty line at their end. Undefined for any form but that of a success of known length: an
 * odd one is better read by a parser that the world has tested.
 */
export function readHead(text: string): ResponseHead | undefined {
  const line = STATUS.exec(text);
  if (line === null) return undefined;
  const headers = new Map<string, string>();
  for (FIELD.lastIndex = line[0].length; FIELD.lastIndex < text.length;) {
    const [, name = '', value = ''] = FIELD.exec(text) ?? [];
    if (name === '') return undefined;
    const key = name.toLowerCase();
    const before = headers.get(key);
    if (before !== undefined && key === 'content-length') return undefined;
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  if (['transfer-encoding', 'upgrade', 'proxy-connection'].some((name) => headers.has(name))) return undefined;
  const length = headers.get('content-length') ?? '';
  const connection = headers.get('connection') ?? 'keep-alive';
  if (!/^\d{1,15}$/.test(length) || !/^(?:keep-alive|close)$/i.test(connection)) return undefined;
  const [, seconds = Infinity] = /timeout=(\d+)/i.exec(headers.get('keep-alive') ?? '') ?? [];
  const keepMs = /^c/i.test(connection) ? 0 : Math.min(KEEP_MS, Number(seconds) * 1000 - MARGIN_MS);
  return { status: Number(line[1]), headers, length: Number(length), keepMs };
}
