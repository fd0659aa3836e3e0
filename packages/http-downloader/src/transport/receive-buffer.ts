import type { Socket } from 'node:net';
import { buildConnector } from 'undici';

// What the kernel gives at once; both halves stay in the processor's cache.
const SIZE = 1 << 17;
// Headers are shorter (undici allows 16 KiB), so beyond this a body is under way.
const HEAD = 1 << 16;

let isTrusted = true;

/** Ends the reuse for good: bytes were wrong, and this may have been the cause. */
export function distrustReuse(): void {
  isTrusted = false;
}

/**
 * Makes connections that receive into the same memory again and again. Otherwise each read has fresh memory, which is more work
 * than everything else that is done with the bytes.
 *
 * undici hands on the bytes of a socket before it takes more, and its handler here copies them at once. It does not promise that, so
 * memory is used again only for a body whose CRC-64 is announced: there a wrong byte is found. Headers, which undici keeps, are copied.
 */
export function reusingConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  return (target, callback) => {
    const buffer = createReceiveBuffer();
    const connect = buildConnector({ ...options, onread: buffer.onread });
    connect(target, (...result) => {
      const [error, socket] = result;
      if (error === null) buffer.feed(socket);
      callback(...result);
    });
  };
}

/** Two halves, so that what was just received lies untouched while the next bytes come. */
function createReceiveBuffer() {
  const halves = [Buffer.allocUnsafeSlow(SIZE), Buffer.allocUnsafeSlow(SIZE)] as const;
  let half: 0 | 1 = 0;
  let socket: Socket | undefined;
  let pushed = 0;
  let requested = 0;
  let sinceRequest = 0;
  let isAnnounced = false;

  // Whether the socket's owner has taken all but what was just pushed: then the other half is free.
  const isTaken = (): boolean => socket === undefined || socket.readableLength <= pushed;

  function isComparedBody(to: Socket, bytes: Uint8Array): boolean {
    if (to.bytesWritten !== requested) {
      sinceRequest = 0;
      isAnnounced = false;
    }
    requested = to.bytesWritten;
    if (sinceRequest < HEAD) isAnnounced ||= announcesChecksum(bytes);
    sinceRequest += bytes.length;
    return isAnnounced && sinceRequest - bytes.length >= HEAD;
  }

  return {
    feed: (to: Socket): void => void (socket = to),
    onread: {
      buffer(): Uint8Array {
        if (!isTaken()) return Buffer.allocUnsafeSlow(SIZE);
        half = half === 0 ? 1 : 0;
        return halves[half];
      },
      callback(length: number, bytes: Uint8Array): boolean {
        // No HTTP server speaks before it is asked.
        if (socket === undefined) return false;
        pushed = length;
        const piece = bytes.subarray(0, length);
        return socket.push(isComparedBody(socket, piece) && isTrusted ? piece : Buffer.from(piece));
      },
    },
  };
}

// Where the header is split between two reads it is not found, and the memory is not used again.
function announcesChecksum(bytes: Uint8Array): boolean {
  const received = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = received.indexOf('\r\n\r\n');
  return end !== -1 && /\nx-oss-hash-crc64ecma:/i.test(received.toString('latin1', 0, end));
}
