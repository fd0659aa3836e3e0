import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

/** An answer before it is written. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, or bytes as they come. */
  readonly body?: string | Readable;
}

/**
 * Writes the head of an answer, or ends its body.
 *
 * @throws Error for a header that HTTP cannot carry
 */
export function writeHead(response: ServerResponse, reply: Reply): void {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name] = wireText(value);
  if (typeof reply.body === 'string') headers['Content-Length'] = String(Buffer.byteLength(reply.body));
  const isEmpty = reply.body === undefined && reply.status !== 204 && reply.status !== 304;
  if (isEmpty && headers['Transfer-Encoding'] === undefined) headers['Content-Length'] ??= '0';
  try {
    response.writeHead(reply.status, headers);
  } catch (error) {
    if (reply.body instanceof Readable) reply.body.destroy();
    throw error;
  }
}

/**
 * Writes the body of an answer; resolves when it has been handed to the connection. Not `pipeline`: it never settles for
 * an answer that waits behind another one of a connection that ends.
 *
 * @throws Error when the body fails, or the client is gone
 */
export async function writeBody(
  response: ServerResponse,
  body: string | Readable | undefined,
  gone: AbortSignal,
): Promise<void> {
  if (!(body instanceof Readable)) {
    if (!response.destroyed) response.end(body);
    return;
  }
  // Leaving the loop ends the body.
  for await (const chunk of body) {
    if (gone.aborted || response.destroyed) throw new Error('the client is gone');
    if (!response.write(chunk)) await once(response, 'drain', { signal: gone });
  }
  response.end();
}

// Header text goes out as UTF-8 bytes, which Node takes as Latin-1 characters; controls cannot go out at all.
function wireText(value: string): string {
  return Buffer.from(value.replace(/[^\P{Cc}\t]/gu, ' ')).toString('latin1');
}
