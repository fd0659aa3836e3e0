import { Duplex } from 'node:stream';
import type { SignedRequest } from '@ossgrant/signer-core';
import type { Connection } from './direct-connection.ts';
import type { SendOptions, TransportResponse } from './transport.ts';
import { loadUndici, sendThrough } from './transport-undici.ts';

/**
 * What comes over the connection of a request that has been sent, as the stream of a connection that is yet to send it: what is written
 * is dropped. It begins with what has been received, and closes the connection at its end. The connection must be held back until then.
 */
export function handedOver(connection: Connection, received: Uint8Array): Duplex {
  // undici takes no response before it has written its request, and may have to be loaded first. TLS delivers even so.
  let early: Uint8Array[] | undefined = [Buffer.from(received)];
  let hasEnded = false;

  function flush(): void {
    const pieces = early;
    if (pieces === undefined) return;
    early = undefined;
    for (const piece of pieces) stream.push(piece);
    if (hasEnded) stream.push(null);
    else connection.resume();
  }

  const stream = new Duplex({
    read: () => void (early ?? connection.resume()),
    write(_chunk, _encoding, done): void {
      queueMicrotask(flush);
      done();
    },
    destroy(error, done): void {
      connection.destroy();
      done(error);
    },
  });
  // It may fail before it has a reader.
  stream.on('error', () => {});
  connection.receive({
    // undici keeps pieces of headers.
    room: () => Buffer.allocUnsafeSlow(1 << 16),
    received(length, room): boolean {
      const piece = room.subarray(0, length);
      if (early === undefined) return stream.push(piece);
      early.push(piece);
      return false;
    },
    lost(error): void {
      if (error !== undefined) stream.destroy(error);
      else if (early === undefined) stream.push(null);
      else hasEnded = true;
    },
  });
  return stream;
}

/** Has undici read the response in this stream. It is loaded only now: that takes as long as all of a small download. */
export async function readOn(stream: Duplex, request: SignedRequest, options: SendOptions): Promise<TransportResponse> {
  try {
    const { readerOf, paused } = await loadUndici();
    options.signal.throwIfAborted();
    const dispatcher = readerOf(request.origin, stream);
    const response = sendThrough(dispatcher, request, { ...options, paused });
    void dispatcher.close();
    return response;
  } catch (error) {
    stream.destroy();
    throw error;
  }
}
