import type { Duplex } from 'node:stream';
import { proxyFor } from '@ossgrant/credentials-core/internal';
import type { SignedRequest } from '@ossgrant/signer-core';
import { onAbort } from '../on-abort.ts';
import { createBlockQueue, type BlockQueue } from './block-queue.ts';
import { hasChosen } from './chosen-dispatcher.ts';
import {
  openConnection,
  readHead,
  takeKept,
  TOKEN,
  type Connection,
  type Receiver,
  type ResponseHead,
} from './direct-connection.ts';
import { handedOver, readOn } from './handed-over.ts';
import { plainBlocks, type SendOptions, type Transport, type TransportResponse } from './transport.ts';
import { collectedResponse, transport as undici } from './transport-undici.ts';

/**
 * Receives plain responses from the socket into the blocks where they are summed and written from. Whatever it does not know is
 * undici's: requests through a proxy or the application's dispatcher, and responses of any other form, which undici reads on.
 */
export const transport: Transport = {
  ...undici,
  async send(request, options): Promise<TransportResponse> {
    const text = options.direct === false || hasChosen() ? undefined : requestText(request);
    if (text === undefined) return undici.send(request, options);
    const { signal, connectMs } = options;
    signal.throwIfAborted();
    const kept = takeKept(request.origin);
    // For new connections only: to look at the environment takes long beside all else that is done for a small object.
    if (kept === undefined && !mayConnect(request, options)) return undici.send(request, options);
    return new Promise((resolve, reject) => {
      const odd = (stream: Duplex): void => void readOn(stream, request, options).then(resolve, reject);
      const exchange = createExchange(options, { resolve, reject, odd });
      if (kept !== undefined) {
        exchange.start(kept, text);
        return;
      }
      try {
        const stop = openConnection(request.origin, connectMs, (error, connection) => {
          if (error === undefined) exchange.start(connection, text);
          else exchange.fail(error);
        });
        exchange.connecting(stop);
      } catch (error) {
        exchange.fail(error as Error);
      }
    });
  },
};

// Deno's sockets are of another make.
const isNode = !('Deno' in globalThis);

const mayConnect = ({ origin }: SignedRequest, { direct }: SendOptions): boolean =>
  isNode && (direct ?? process.env['OSSGRANT_DIRECT'] !== 'off') && proxyFor(origin, process.env) === undefined;

const NAME = new RegExp(`^${TOKEN}$`);
// Of these undici makes something of its own.
const OWN_NAMES = /^(?:host|connection|keep-alive|upgrade|expect|content-length|transfer-encoding)$/i;

// To parse a URL takes long beside all else that is done for a small object.
let last = { origin: '', host: '' };

/** Undefined for what undici would refuse, or write in another way. */
function requestText({ method, origin, path, headers }: SignedRequest): string | undefined {
  if (method !== 'GET' || !/^\/[\x21-\x7e]*$/.test(path)) return undefined;
  if (origin !== last.origin) last = { origin, host: new URL(origin).host };
  let text = `GET ${path} HTTP/1.1\r\nhost: ${last.host}\r\nconnection: keep-alive\r\naccept-encoding: identity\r\n`;
  for (const [name, value] of Object.entries(headers)) {
    if (!NAME.test(name) || OWN_NAMES.test(name) || name.toLowerCase() === 'accept-encoding') return undefined;
    if (!/^[\t\x20-\x7e]*$/.test(value)) return undefined;
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}

const MAX_HEAD = 1 << 14;
const START = 'HTTP/1.1 20';

interface Outcome {
  readonly resolve: (response: TransportResponse) => void;
  readonly reject: (error: unknown) => void;
  /** Called with a response that is not read here. */
  readonly odd: (response: Duplex) => void;
}

/** Where a body goes. */
interface Sink extends Omit<Receiver, 'lost'> {
  /** Time for all of it; 0 for no limit. */
  readonly wholeMs: number;
  end(): void;
}

// One request and its response.
function createExchange(options: SendOptions, { resolve, reject, odd }: Outcome) {
  const { signal, headersMs, bodyMs } = options;
  let close: () => void = () => {};
  let queue: BlockQueue | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let whole: ReturnType<typeof setTimeout> | undefined;
  let isHeldBack = false;

  const giveUp = (error: Error): void => {
    finish();
    close();
    reject(error);
    queue?.fail(error);
  };
  const forget = onAbort(signal, () => giveUp(signal.reason as Error));
  const finish = (): void => {
    clearTimeout(timer);
    clearTimeout(whole);
    forget();
  };
  const limit = (ms: number, message: string): void => {
    clearTimeout(timer);
    if (ms === 0) return;
    // A reader may take its time.
    timer = setTimeout(() => void (isHeldBack || giveUp(new Error(message))), ms);
  };
  limit(headersMs, `no response within ${headersMs} ms`);

  function readingHead(to: Connection): Receiver {
    const { scratch } = to;
    let size = 0;
    return {
      room: () => scratch.subarray(size),
      received(length): boolean {
        const end = scratch.subarray(0, size + length).indexOf('\r\n\r\n', Math.max(0, size - 3));
        size += length;
        const mayFollow =
          size <= MAX_HEAD && START.startsWith(scratch.toString('latin1', 0, Math.min(size, START.length)));
        if (end === -1 && mayFollow) return true;
        const head = end === -1 || end > MAX_HEAD ? undefined : readHead(scratch.toString('latin1', 0, end + 2));
        if (head !== undefined) return start(to, head, scratch.subarray(end + 4, size));
        finish();
        odd(handedOver(to, scratch.subarray(0, size)));
        return false;
      },
      lost,
    };
  }

  function lost(error: Error | undefined): void {
    giveUp(error ?? Object.assign(new Error('the server has closed the connection'), { code: 'UND_ERR_SOCKET' }));
  }

  // Returns whether more may come.
  function start(to: Connection, head: ResponseHead, first: Uint8Array): boolean {
    clearTimeout(timer);
    const sink = sinkOf(to, head);
    let rest = head.length;
    const added = (length: number, hasRoom: boolean): boolean => {
      rest -= length;
      if (rest > 0) return hasRoom;
      finish();
      // Bytes beyond the announced ones are nobody's, and what follows them is not to be trusted.
      to.release(rest < 0 ? 0 : head.keepMs, () => sink.end());
      return true;
    };
    to.receive({
      room: () => sink.room(),
      received: (length, room) => added(length, sink.received(Math.min(length, rest), room)),
      lost,
    });
    const place = first.subarray(0, rest);
    let hasRoom = true;
    for (let at = 0; at < place.length;) {
      const room = sink.room();
      const piece = place.subarray(at, at + room.length);
      room.set(piece);
      hasRoom = sink.received(piece.length, room);
      at += piece.length;
    }
    const mayGoOn = added(first.length, hasRoom);
    if (rest <= 0) return mayGoOn;
    limit(bodyMs, `no bytes within ${bodyMs} ms`);
    const { wholeMs } = sink;
    if (wholeMs > 0) whole = setTimeout(() => giveUp(new Error(`not received within ${wholeMs} ms`)), wholeMs);
    return mayGoOn;
  }

  function sinkOf(to: Connection, { status, headers, length }: ResponseHead): Sink {
    const header = (name: string): string | undefined => headers.get(name);
    const blocks = options.blocks ?? plainBlocks;
    const collected = options.collect?.(status, header);
    if (collected !== undefined) {
      const content = blocks.take(length);
      let size = 0;
      return {
        wholeMs: collected.withinMs,
        room: () => content.subarray(size),
        received(count): boolean {
          timer?.refresh();
          size += count;
          return true;
        },
        end: () => resolve(collectedResponse({ status, header }, content)),
      };
    }
    const body = createBlockQueue({
      blocks,
      length,
      resume(): void {
        isHeldBack = false;
        timer?.refresh();
        to.resume();
      },
    });
    queue = body;
    let isComplete = false;
    resolve({
      status,
      header,
      read: () => body.read(),
      discard(): void {
        finish();
        if (!isComplete) to.destroy();
        body.discard();
      },
    });
    return {
      wholeMs: 0,
      room: () => body.room(),
      received(count): boolean {
        timer?.refresh();
        isHeldBack = !body.received(count);
        return !isHeldBack;
      },
      end(): void {
        isComplete = true;
        body.end();
      },
    };
  }

  return {
    fail: giveUp,
    /** @param stop gives the connection up before it is there */
    connecting: (stop: () => void): void => void (close = stop),
    start(connection: Connection, text: string): void {
      close = () => connection.destroy();
      connection.send(text, readingHead(connection));
    },
  };
}
