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
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name] = wireText(value);
  if (typeof reply.body === 'string') headers['Content-Length'] = String(Buffer.byteLength(reply.body));
  const isEmpty = reply.body === undefined && reply.status !== 204 && reply.status !== 304;
  if (isEmpty && headers['Transfer-Encoding'] === undefined) headers['Content-Length'] ??= '0';
  if (response.destroyed) {
    if (reply.body instanceof Readable) reply.body.destroy();
    return;
  }
  response.writeHead(reply.status, headers);
  if (reply.body instanceof Readable) await pipeline(reply.body, response);
  else response.end(reply.body);
}

// Header text goes out as UTF-8 bytes, which Node takes as Latin-1 characters; controls cannot go out at all.
function wireText(value: string): string {
  return Buffer.from(value.replace(/[^\P{Cc}\t]/gu, ' ')).toString('latin1');
}
