import { publish } from '#runtime';
import { createCrc64, type Crc64 } from '@ossgrant/crc64';
import type { ByteRange, ObjectResponse } from '../object-response.ts';
import { canResume, openResponse, readRange } from '../session/read-range.ts';
import { retryCauseOf } from '../session/retry.ts';
import type { Session } from '../session/session.ts';
import type { DownloadMemory } from './memory.ts';
import type { Store } from './storage.ts';

/** What fetching segments needs. */
export interface FetchSegmentsOptions {
  readonly session: Session;
  readonly identity: string;
  readonly store: Store;
  readonly ranges: readonly ByteRange[];
  /** Response to the first of the ranges. */
  readonly first?: ObjectResponse | undefined;
  readonly connections: number;
  readonly memory: DownloadMemory;
  readonly onBytes: (bytes: number) => void;
}

// Bytes that have not been written yet are lost with the page.
const SEGMENT_MS = 5000;

/**
 * Fetches ranges over several connections into the store. A connection that is refused because there are too many leaves its range to
 * the others. The first failure ends all of them; the function settles when none is writing any more.
 */
export async function fetchSegments(options: FetchSegmentsOptions): Promise<void> {
  const { session, identity } = options;
  const waiting = [...options.ranges];
  let active = 0;
  let failure: { readonly error: unknown } | undefined;

  async function work(first?: ObjectResponse): Promise<void> {
    let opened = first;
    for (let range = waiting.shift(); range !== undefined; range = waiting.shift()) {
      opened ??= await openUnlessCrowded(range);
      if (opened === undefined) return;
      await receive(options, range, opened);
      publish({ type: 'part', identity, start: range.start, end: range.end });
      opened = undefined;
    }
    active -= 1;
  }

  async function openUnlessCrowded(range: ByteRange): Promise<ObjectResponse | undefined> {
    let left = false;
    const leave = (error: unknown): boolean => {
      if (active === 1 || retryCauseOf(error) !== 'throttled') return false;
      left = true;
      active -= 1;
      waiting.unshift(range);
      return true;
    };
    try {
      return await openResponse(session, range, leave);
    } catch (error) {
      if (left) return undefined;
      throw error;
    }
  }

  const workers: Promise<void>[] = [];
  const connections = Math.min(options.connections, options.ranges.length);
  for (let n = 0; n < connections; n += 1) {
    active += 1;
    const worker = work(n === 0 ? options.first : undefined).catch((error: unknown) => {
      failure ??= { error };
      // Alone, it may be tried again in this session.
      if (connections > 1) session.cancel(error);
    });
    workers.push(worker);
  }
  await Promise.all(workers);
  if (failure !== undefined) throw failure.error;
}

interface Pending {
  readonly start: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
  length: number;
  readonly crc: Crc64;
  readonly since: number;
}

/** Receives a range and stores it in segments; one is being written while the next is received. */
async function receive(
  { session, store, memory, onBytes }: FetchSegmentsOptions,
  range: ByteRange,
  opened: ObjectResponse,
): Promise<void> {
  let at = range.start;
  let pending: Pending | undefined;
  let writing = Promise.resolve();

  async function write({ start, bytes, length, crc }: Pending): Promise<void> {
    await store.write({ start, end: start + length, crc64: crc.digest() }, bytes.subarray(0, length));
    memory.giveSegment(bytes);
  }

  async function flush(): Promise<void> {
    const full = pending;
    if (full === undefined) return;
    pending = undefined;
    await writing;
    writing = write(full);
    // It is awaited later; until then it must not count as unhandled.
    writing.catch(() => {});
  }

  /** Returns the bytes that do not fit into the segment. */
  async function add(received: Uint8Array): Promise<Uint8Array> {
    pending ??= {
      start: at,
      bytes: memory.takeSegment(range.end - at),
      length: 0,
      crc: createCrc64(),
      since: session.clock.monotonic(),
    };
    const { bytes, length, since } = pending;
    const piece = received.subarray(0, bytes.length - length);
    bytes.set(piece, length);
    pending.crc.update(piece);
    pending.length += piece.length;
    at += piece.length;
    if (pending.length === bytes.length || session.clock.monotonic() - since >= SEGMENT_MS) await flush();
    return received.subarray(piece.length);
  }

  try {
    for await (const bytes of readRange(session, range, opened)) {
      for (let rest = bytes; rest.length > 0;) rest = await add(rest);
      session.blocks?.give(bytes);
      onBytes(bytes.length);
      await session.pace(bytes.length);
    }
    await flush();
    await writing;
  } catch (error) {
    // Received bytes are kept for the next run, where they are provably of the same object.
    if (canResume(session)) await flush().catch(() => {});
    await writing.catch(() => {});
    throw error;
  }
}
