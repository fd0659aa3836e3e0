import { randomBytes } from 'node:crypto';
import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ServerContext } from '../context.ts';
import { refusalResponse } from '../http/oss-response.ts';
import { Refusal } from '../http/refusal.ts';
import { type JournalEntry, maskTarget } from './journal.ts';

/** Why the request that a connection carries cannot be read to its end. */
export interface Broken {
  readonly refusal: Refusal;
  /** Of the response that the client got. */
  readonly requestId: string;
}

/** Connections that never become a request: each gets a response where one can be sent, and a journal entry. */
export interface UnservedConnections {
  /**
   * Node could not parse a request, or waited too long for it.
   *
   * @param isAmid whether it came in the middle of a request that nobody serves yet
   */
  parserError(error: Error, socket: Duplex, isAmid: boolean): void;
  /** A client takes the server for a proxy that opens tunnels: they lead to its own TLS server, and nowhere else. */
  connect(message: IncomingMessage, socket: Duplex, head: Buffer): void;
  /** A client and the server could not agree on TLS. */
  tlsError(error: Error): void;
  /** A client left after the TLS handshake, before any request. */
  tlsUnused(): void;
  /** A client sent more after a request with `Connection: close`. */
  afterClose(message: IncomingMessage): void;
  /** Why a connection broke while its request was being served; `undefined` when it did not, or the client left. */
  brokenBy(socket: Duplex): Broken | undefined;
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
  const broken = new WeakMap<Duplex, Broken>();
  const refuse = (request: RequestFacts, refusal: Refusal): Buffer => {
    const requestId = newRequestId();
    note(request, refusal, requestId);
    return responseTo(request, refusal, requestId);
  };
  const note = (request: RequestFacts, refusal: Refusal, requestId: string): void => {
    const { status, code, message } = refusal.parts;
    add({ time: clock.now(), ...request, status, code, requestId, decision: [message] });
  };
  const responseTo = ({ host }: RequestFacts, refusal: Refusal, requestId: string): Buffer => {
    const { status } = refusal.parts;
    const { body, headers } = refusalResponse(refusal, { method: 'GET', requestId, hostId: host });
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
    parserError(error, socket, isAmid): void {
      // The parser fails again at whatever comes then.
      if (broken.has(socket)) return;
      const refusal = refusalOf(error);
      const isGone = refusal.parts.code === 'ClientGone';
      const isServed = responseOn(socket)?.req.complete === false;
      // A connection that ends between two requests asked for nothing; a request that was answered before its body came, or
      // whose client left while it was served, is in the journal already.
      if (!isAmid && (isGone || !isServed)) {
        socket.destroy();
        return;
      }
      const requestId = newRequestId();
      broken.set(socket, { refusal, requestId });
      const request = { ...requestIn(error), host: '-' };
      if (!isServed) note(request, refusal, requestId);
      if (isGone) {
        socket.destroy();
        return;
      }
      afterResponses(socket, () => {
        if (socket.writable) socket.write(responseTo(request, refusal, requestId));
        socket.destroy();
      });
    },
    brokenBy: (socket) => broken.get(socket),
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
      const { code, reason } = error as Error & { readonly code?: string; readonly reason?: string };
      // OpenSSL's message is for its own developers.
      const why = code === 'ECONNRESET' ? 'the client left' : (reason ?? error.message);
      const hint = /the client left|unknown ca|bad certificate/.test(why) ? ` ${TRUST}` : '';
      refuse(NO_REQUEST, tlsRefusal(`The TLS handshake failed: ${why}.${hint}`));
    },
    tlsUnused: () => refuse(NO_REQUEST, tlsRefusal(`The client left after the TLS handshake. ${TRUST}`)),
  };
}

type RequestFacts = Pick<JournalEntry, 'method' | 'target' | 'host'>;

const NO_REQUEST: RequestFacts = { method: '-', target: '-', host: '-' };
const TRUST = 'If it could not verify the certificate: it must trust the authority in https.caFile.';

function newRequestId(): string {
  return randomBytes(12).toString('hex').toUpperCase();
}

function tlsRefusal(message: string): Refusal {
  return new Refusal({ status: 499, code: 'TlsHandshakeFailed', message });
}

type ParserError = Error & { readonly code?: string; readonly rawPacket?: Buffer; readonly bytesParsed?: number };

// Without a packet the error is of the connection, not of the parser.
function refusalOf({ code = '', message, rawPacket }: ParserError): Refusal {
  const status = STATUS_OF.get(code) ?? (rawPacket === undefined ? 499 : 400);
  if (status === 499) {
    return new Refusal({ status, code: 'ClientGone', message: 'The client disconnected in the middle of a request.' });
  }
  if (status === 408)
    return new Refusal({ status, code: 'RequestTimeout', message: 'The request did not come in time.' });
  return new Refusal({ status, code: 'BadRequest', message: `The request is not valid HTTP: ${message}.` });
}

// A packet may hold whole requests before the one that is not valid.
function requestIn({ rawPacket, bytesParsed = 0 }: ParserError): Pick<JournalEntry, 'method' | 'target'> {
  const text = rawPacket?.toString('latin1') ?? '';
  const before = text.lastIndexOf('\r\n\r\n', bytesParsed - 1);
  const [, method = '-', target = '-'] =
    /^([A-Z]{1,16}) (\S+)/.exec(before === -1 ? text : text.slice(before + 4)) ?? [];
  return { method, target: maskTarget(target) };
}

function responseOn(socket: Duplex): ServerResponse | undefined {
  const { _httpMessage: current } = socket as { _httpMessage?: ServerResponse | null };
  return current ?? undefined;
}

// Runs when the requests that came whole have their responses; never after one with `Connection: close`, whose response
// ends the connection.
function afterResponses(socket: Duplex, run: () => void): void {
  const current = responseOn(socket);
  if (current === undefined) run();
  else if (current.req.complete) {
    if (current.shouldKeepAlive) current.once('close', () => afterResponses(socket, run));
  } else if (current.headersSent) socket.destroy();
  else run();
}
