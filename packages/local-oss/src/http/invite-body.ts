import type { IncomingMessage, ServerResponse } from 'node:http';

/** Tells a client that waits for it to send its body: only when it is wanted. */
export function inviteBody(message: IncomingMessage, response: ServerResponse): void {
  if (message.headers.expect?.toLowerCase() === '100-continue') response.writeContinue();
}
