import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerContext } from '../context.ts';
import { refusalResponse } from '../http/oss-response.ts';
import { Refusal } from '../http/refusal.ts';
import { type JournalEntry, maskTarget } from './journal.ts';

/** Connections that never become a request: each gets a response where one can be sent, and a journal entry. */
export interface UnservedConnections {
  /** Node could not parse a request, or waited too long for it. */
  parserError(error: Error, socket: Duplex): void;
  /** A client takes the server for a proxy that opens tunnels: they lead to its own TLS server, and nowhere else. */
  connect(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A client and the server could not agree on TLS. */
  tlsError(error: Error): void;
  /** A client sent more after a request with `Connection: close`. */
  afterClose(message: IncomingMessage): void;
}

const STATUS_OF: ReadonlyMap<string, number> = new Map([
  ['HPE_HEADER_OVERFLOW', 431],
  ['HPE_CHUNK_EXTENSIONS_OVERFLOW', 413],
  ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ['HPE_INVALID_EOF_STATE', 499],
]);

/** Parts of one server that `createUnserved` needs. */
export interface UnservedOptions {
  readonly context: Pick<ServerContext, 'clock' | 'cnames'>;
  /** Takes a journal entry. */
  readonly add: (entry: JournalEntry) => void;
  /** Hands a connection to the TLS server; absent without one. */
  readonly acceptSecurely: () => ((socket: Duplex) => void) | undefined;
}

export function createUnserved({ context, add, acceptSecurely }: UnservedOptions): UnservedConnections {
  const { clock, cnames } = context;
  const refuse = (request: Pick<JournalEntry, 'method' | 'target' | 'host'>, refusal: Refusal): Buffer => {
    const { status, code, message } = refusal.parts;
    const requestId = randomBytes(12).toString('hex').toUpperCase();
    add({ time: clock.now(), ...request, status, code, requestId, decision: [message] });
    const { body, headers } = refusalResponse(refusal, { method: 'GET', requestId, hostId: request.host });
    const text = Buffer.from(typeof body === 'string' ? body : '');
    const all = {
      ...headers,
      'x-oss-request-id': requestId,
      'Content-Length': String(text.length),
      Connection: 'close',
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    return Buffer.concat([
      Buffer.from(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n`),
      text,
    ]);
  };
  return {
    parserError(error, socket): void {
      const { code = '', rawPacket } = error as Error & { code?: string; rawPacket?: Buffer };
      // A connection that ends between two requests, or before the first, asked for nothing.
      if (rawPacket === undefined && !STATUS_OF.has(code)) {
        socket.destroy();
        return;
      }
      const [, method = '-', target = '-'] = /^([A-Z]{1,16}) (\S+)/.exec(rawPacket?.toString('latin1') ?? '') ?? [];
      const status = STATUS_OF.get(code) ?? 400;
      const refusal =
        status === 499
          ? new Refusal({ status, code: 'ClientGone', message: 'The client disconnected in the middle of a request.' })
          : new Refusal({ status, code: 'BadRequest', message: `The request is not valid HTTP: ${error.message}.` });
      const response = refuse({ method, target: maskTarget(target), host: '-' }, refusal);
      const { _httpMessage: current } = socket as { _httpMessage?: ServerResponse | null };
      // What comes after `Connection: close` must not spoil the response to what came before.
      if (current?.req.complete === true && !current.shouldKeepAlive) return;
      if (socket.writable && current?.headersSent !== true) socket.write(response);
      socket.destroy();
    },
    connect(message, socket, head): void {
      const target = maskTarget(message.url ?? '-');
      const name = target.replace(/:\d*$/, '').toLowerCase();
      const isOwn = name.endsWith('.aliyuncs.com') || cnames.has(name);
      const accept = acceptSecurely();
      socket.on('error', () => undefined);
      if (isOwn && accept !== undefined) {
        socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
        if (head.length > 0) socket.unshift(head);
        accept(socket);
        return;
      }
      const why = isOwn
        ? 'start it with the option https, whose server a tunnel leads to'
        : 'a tunnel can only lead to a name of OSS or STS, or to one of cnames';
      const refusal = new Refusal({
        status: 501,
        code: 'NotImplemented',
        message: `local-oss does not open a tunnel to ${target}: ${why}.`,
      });
      socket.end(refuse({ method: 'CONNECT', target, host: (message.headers.host ?? '-').slice(0, 256) }, refusal));
    },
    afterClose({ method = '-', url = '-', headers, socket }): void {
      const request = { method, target: maskTarget(url), host: (headers.host ?? '-').slice(0, 256) };
      const message = 'The request comes after one with Connection: close, so it gets no response.';
      refuse(request, new Refusal({ status: 400, code: 'BadRequest', message }));
      socket.resume();
    },
    tlsError(error): void {
      const message = `The TLS handshake failed: ${error.message}.`;
      refuse(
        { method: '-', target: '-', host: '-' },
        new Refusal({ status: 499, code: 'TlsHandshakeFailed', message }),
      );
    },
  };
}
