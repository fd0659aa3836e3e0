import type { Socket } from 'node:net';

/**
 * A signal for each connection, aborted when it ends. The response's own `close` is not enough: an answer that waits
 * behind another one of the same connection never gets it.
 */
export function createConnectionSignals(): (socket: Socket) => AbortSignal {
  const signals = new WeakMap<Socket, AbortSignal>();
  return (socket) => {
    const known = signals.get(socket);
    if (known !== undefined) return known;
    const controller = new AbortController();
    if (socket.destroyed) controller.abort();
    else socket.once('close', () => controller.abort());
    signals.set(socket, controller.signal);
    return controller.signal;
  };
}
