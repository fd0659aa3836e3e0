import { once } from 'node:events';
import { Readable } from 'node:stream';
import { derive } from '../http/derive.ts';
import type { Fault } from './faults.ts';

/** What spoiling a body takes. */
export interface SpoilOptions {
  /** Aborted when the client is gone. */
  readonly gone: AbortSignal;
  /** Called once, after the first bytes. */
  onFirstBytes(): Promise<void>;
}

/** A body with a fault in it. */
export function spoilBody(body: Readable | string, fault: Fault, options: SpoilOptions): Readable {
  const source = typeof body === 'string' ? Readable.from([Buffer.from(body)]) : body;
  return derive(source, (bytes) => spoiled(bytes, fault, options));
}

async function* spoiled(source: AsyncIterable<Buffer>, fault: Fault, options: SpoilOptions): AsyncGenerator<Buffer> {
  const { cutAfterBytes = Infinity, stallAfterBytes = Infinity, flipByteAt = -1 } = fault;
  const end = Math.min(cutAfterBytes, stallAfterBytes);
  let position = 0;
  for await (const chunk of source) {
    const piece = flip(chunk.subarray(0, Math.min(chunk.length, end - position)), flipByteAt - position);
    const isFirst = position === 0;
    position += piece.length;
    if (piece.length > 0) yield piece;
    if (isFirst) await options.onFirstBytes();
    if (position >= end) break;
  }
  if (position >= stallAfterBytes && !options.gone.aborted) await once(options.gone, 'abort');
  if (position >= end) throw new Error('cut by a fault');
}

function flip(bytes: Buffer, at: number): Buffer {
  if (at < 0 || at >= bytes.length) return bytes;
  // A copy: the stored object must stay as it is.
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}
