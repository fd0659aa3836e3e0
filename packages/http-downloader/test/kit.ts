import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { createServer as createRawServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crc64 } from '@ossgrant/crc64';
import { onTestFinished } from 'vitest';
import type { FileDownloadOptions } from '../src/file/job.ts';

/** A retry policy that waits for nothing. */
export const AT_ONCE = { sleep: async (): Promise<void> => {} };

/**
 * Options by which a download has four connections from its first bytes on: by their clock a second has gone by then, for which
 * they are few. One that is done sooner than a tenth of a second would have one.
 */
export function severalAtOnce(
  now: () => number = Date.now,
): Required<Pick<FileDownloadOptions, 'clock' | 'onProgress'>> {
  let monotonic = 0;
  return { clock: { now, monotonic: () => monotonic }, onProgress: () => void (monotonic = 1000) };
}

/** A folder for one test, gone after it. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ossgrant-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Puts a socket at a path: something that is neither file nor folder, which Node can make. */
export async function makeSocket(path: string): Promise<void> {
  const server = createRawServer().listen(path);
  await once(server, 'listening');
  onTestFinished(() => void server.close());
}

/** Closes a server and its connections when the test is over. */
function closeAfterTest(server: Server | TlsServer): void {
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
}

/** A server for one test: misbehaves as its listener says. Returns a link to it. */
export async function serve(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closeAfterTest(server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/my-bucket/a.bin?x-oss-signature=hidden-signature`;
}

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, 'fixtures', name));

/** A key and a self-signed certificate. */
export const certificate = { key: fixture('key.pem'), cert: fixture('cert.pem') };

/** A server whose certificate nobody trusts. */
export async function serveTls(
  listener: RequestListener,
): Promise<{ readonly url: string; readonly connections: () => number }> {
  let connections = 0;
  const server = createTlsServer(certificate, listener).listen(0, '127.0.0.1');
  server.on('connection', () => (connections += 1));
  server.on('tlsClientError', () => {});
  await once(server, 'listening');
  closeAfterTest(server);
  const { port } = server.address() as AddressInfo;
  return {
    url: `https://127.0.0.1:${port}/my-bucket/a.bin?x-oss-signature=hidden-signature`,
    connections: () => connections,
  };
}

/** A server that speaks only what its listener says. Returns its port. */
export async function rawServer(listener: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createRawServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    listener(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return (server.address() as AddressInfo).port;
}

/** Misbehaves for one request and returns true; otherwise the request is served well. @param count of the request, from 1 */
export type Trouble = (request: IncomingMessage, response: ServerResponse, count: number) => boolean | void;

/** A server of one object that knows ranges and conditions, unless there is trouble. */
export interface ObjectServer {
  readonly url: string;
  readonly requests: { readonly range: string | undefined; readonly ifMatch: string | undefined }[];
}

export const ETAG = '"5B3C1A2E053D763E1B002CC607C5A0FE"';

/** Headers of an answer with these bytes. */
export function headersOf(bytes: Uint8Array, sum: string = String(crc64(bytes))): Record<string, string> {
  return { 'content-length': String(bytes.length), 'x-oss-hash-crc64ecma': sum, etag: ETAG };
}

export async function serveObject(bytes: Uint8Array, trouble: Trouble = () => false): Promise<ObjectServer> {
  const requests: ObjectServer['requests'] = [];
  const url = await serve((request, response) => {
    requests.push({ range: request.headers.range, ifMatch: request.headers['if-match'] });
    if (trouble(request, response, requests.length) !== true) serveWell(bytes, request, response);
  });
  return { url, requests };
}

/** Answers as OSS does without `x-oss-range-behavior`: a range that reaches beyond the end is ignored. */
export function serveWell(
  bytes: Uint8Array,
  request: IncomingMessage,
  response: ServerResponse,
  sum: string = String(crc64(bytes)),
): void {
  const headers = headersOf(bytes, sum);
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(match?.[1] ?? 0);
  const last = match?.[2] ? Number(match[2]) : bytes.length - 1;
  if (request.headers['if-match'] !== undefined && request.headers['if-match'] !== ETAG) {
    response.writeHead(412).end();
    return;
  }
  if (match === null || last >= bytes.length || start > last) {
    response.writeHead(200, headers).end(bytes);
    return;
  }
  response.writeHead(206, {
    ...headers,
    'content-length': String(last - start + 1),
    'content-range': `bytes ${start}-${last}/${bytes.length}`,
  });
  response.end(bytes.subarray(start, last + 1));
}

/** Sends the first bytes of an answer, then breaks the connection. */
export function breakAfter(count: number, bytes: Uint8Array, response: ServerResponse): true {
  response.writeHead(200, headersOf(bytes)).write(bytes.subarray(0, count), () => response.destroy());
  return true;
}
