import { subscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/** Resumes each response whose bytes are held back because its reader is slower than its connection. */
export const paused: Set<() => void> = new Set();

/**
 * Keeps undici 7 from ending the process: on a connection that is not kept alive it takes the end, and a reset too, for the end of
 * the body, and asserts there that no response is held back (https://github.com/nodejs/undici/issues/5360).
 */
export function outliveEndsOfConnections(): void {
  // The channel also names the connections of a dispatcher that the application has chosen.
  subscribe('undici:client:connected', (message) => {
    const { socket } = message as { readonly socket: Socket };
    // All bytes have been received by then. Those of other connections are held back again when the next ones come, so the set is
    // copied first.
    socket.prependListener('end', () => {
      for (const resume of Array.from(paused)) resume();
    });
    // After a reset nothing can be resumed. Under another code it is an error like any other.
    let isHidden = false;
    socket.prependListener('error', (error: NodeJS.ErrnoException) => {
      isHidden = paused.size > 0 && error.code === RESET;
      if (isHidden) error.code = `${RESET} while held back`;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      if (isHidden) error.code = RESET;
    });
  });
}

const RESET = 'ECONNRESET';
