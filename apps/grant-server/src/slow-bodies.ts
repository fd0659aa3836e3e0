import type { IncomingMessage } from 'node:http';

const LIMIT_MS = 60_000;

/**
 * Cuts off a client whose body comes too slowly: after a minute, or, as a batch is read only as fast as its shares are made,
 * after a minute in which nothing of it was sent or answered. Node's own `requestTimeout` is one for all requests, and would
 * cut off long batches.
 */
export function limitBodyTime(incoming: IncomingMessage): void {
  const { method, url = '', socket } = incoming;
  if (method === 'GET' || method === 'HEAD') return;
  const isBatch = /\/v1\/shares:batch(?:\?|$)/.test(url);
  let before = -1;
  const timer = setInterval(() => {
    const moved = socket.bytesRead + socket.bytesWritten;
    if (isBatch && moved !== before) before = moved;
    else socket.destroy();
  }, LIMIT_MS);
  const stop = (): void => clearInterval(timer);
  incoming.once('end', stop).once('close', stop);
}
