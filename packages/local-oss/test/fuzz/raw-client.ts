import { connect, type Socket } from 'node:net';
import { once } from 'node:events';
import type { Hostile } from './hostile.ts';

/** Sends bytes as they are, on a connection that is kept for as long as the server keeps it. */
export interface RawClient {
  /** @returns the status; 0 when the connection ended without an answer. @throws Error after 5 s without one */
  send(request: Hostile): Promise<number>;
  close(): void;
}

/** A client for hostile requests: no HTTP library would send them. */
export function createRawClient(endpoint: string): RawClient {
  const { hostname, port, host } = new URL(endpoint);
  let socket: Socket | undefined;
  return {
    async send(request): Promise<number> {
      if (socket === undefined || socket.destroyed || !socket.writable) {
        socket = connect(Number(port), hostname);
        socket.setNoDelay();
        await once(socket, 'connect');
      }
      const text = await exchange(socket, toBytes(request, host), request.method === 'HEAD');
      // A connection that may not be at its end is not used again.
      if (!text.complete) socket.destroy();
      return text.status;
    },
    close: () => void socket?.destroy(),
  };
}

function toBytes(request: Hostile, host: string): Buffer {
  const clean = (value: string): string => value.replace(/[\r\n]/g, ' ');
  const body = Buffer.from(request.body);
  const lines = [
    `${request.method} ${request.target.replace(/[\s]/g, '%20') || '/'} HTTP/1.1`,
    ...(request.headers.some(([name]) => name === 'host') ? [] : [`host: ${host}`]),
    ...request.headers.map(([name, value]) => `${name}: ${clean(value)}`),
    ...(body.length > 0 ? [`content-length: ${body.length}`] : []),
  ];
  return Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`), body]);
}

interface Exchange {
  readonly status: number;
  readonly complete: boolean;
}

function exchange(socket: Socket, bytes: Buffer, isHead: boolean): Promise<Exchange> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const timer = setTimeout(() => finish(new Error(`no answer: ${bytes.toString('latin1', 0, 300)}`)), 5000);
    const finish = (result: Exchange | Error): void => {
      clearTimeout(timer);
      socket.removeAllListeners('data').removeAllListeners('close').removeAllListeners('error');
      socket.on('error', () => undefined);
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const result = parse(received, isHead);
      if (result !== undefined) finish(result);
    });
    socket.on('close', () => finish({ status: statusOf(received.toString('latin1')), complete: false }));
    socket.on('error', () => undefined);
    socket.write(bytes);
  });
}

function parse(bytes: Buffer, isHead: boolean): Exchange | undefined {
  const end = bytes.indexOf('\r\n\r\n');
  if (end === -1) return undefined;
  const head = bytes.toString('latin1', 0, end);
  const status = statusOf(head);
  if (status === 100) return parse(bytes.subarray(end + 4), isHead);
  if (/^connection: close/im.test(head)) return undefined;
  const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0);
  const isChunked = /^transfer-encoding: chunked/im.test(head);
  if (isHead || status === 204 || status === 304) return { status, complete: true };
  const body = bytes.subarray(end + 4);
  const isWhole = isChunked ? body.toString('latin1').endsWith('0\r\n\r\n') : body.length >= length;
  return isWhole ? { status, complete: true } : undefined;
}

function statusOf(head: string): number {
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0);
}
