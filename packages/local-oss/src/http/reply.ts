import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** An answer before it is written. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or bytes as they come. */
  readonly body?: string | Readable;
}

/** Writes an answer; resolves when it has been handed to the socket. */
export async function writeReply(response: ServerResponse, reply: Reply): Promise<void> {
  const headers: Record<string, string> = { ...reply.headers };
  if (typeof reply.body === 'string') headers['Content-Length'] = String(Buffer.byteLength(reply.body));
  if (reply.body === undefined && reply.status !== 204 && reply.status !== 304) headers['Content-Length'] ??= '0';
  response.writeHead(reply.status, headers);
  if (reply.body instanceof Readable) await pipeline(reply.body, response);
  else response.end(reply.body);
}
