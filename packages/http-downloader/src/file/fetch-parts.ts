import { publish } from '#runtime';
import type { FileHandle } from 'node:fs/promises';
import type { ByteRange, ObjectResponse } from '../object-response.ts';
import { openResponse } from '../session/read-range.ts';
import { retryCauseOf } from '../session/retry.ts';
import type { Session } from '../session/session.ts';
import type { BlockPool } from './block-pool.ts';
import { createConnectionCount } from './connection-count.ts';
import { receive } from './receive.ts';
import type { Segment } from '../segments.ts';

/** What fetching parts needs. */
export interface FetchPartsOptions {
  readonly session: Session;
  readonly identity: string;
  readonly file: FileHandle;
  readonly blocks: BlockPool;
  readonly ranges: readonly ByteRange[];
  /** Response to the first of the ranges, if it was requested already. */
  readonly first?: ObjectResponse | undefined;
  readonly maxConnections: number;
  readonly onBytes: (bytes: number) => void;
  /** Called with what each connection has written; those of one `start` replace each other. */
  readonly onWritten: (segment: Segment) => void;
}

const ADJUST_MS = 100;

/**
 * Fetches ranges over as many connections as make it faster and as the server allows: one that is refused because there are too many
 * leaves its range to the others. The first failure ends all of them; the function settles when none is writing any more.
 */
export async function fetchParts(options: FetchPartsOptions): Promise<void> {
  const { session, identity, file, blocks, maxConnections } = options;
  const waiting = [...options.ranges];
  const running = new Set<Promise<void>>();
  const count = createConnectionCount({ monotonic: () => session.clock.monotonic(), max: maxConnections });
  // Counted down before anything is awaited, so that two never leave their ranges to each other.
  let active = 0;
  let wanted = 1;
  let failure: { readonly error: unknown } | undefined;

  async function work(first: ObjectResponse | undefined): Promise<void> {
    let opened = first;
    for (let range = waiting.shift(); range !== undefined; range = waiting.shift()) {
      opened ??= await openUnlessCrowded(range);
      if (opened === undefined) return;
      const { onWritten } = options;
      const segment = await receive({ session, file, blocks, range, opened, onBytes, onWritten });
      publish({ type: 'part', identity, start: segment.start, end: segment.end });
      opened = undefined;
      if (active > wanted) break;
    }
    active -= 1;
  }

  async function openUnlessCrowded(range: ByteRange): Promise<ObjectResponse | undefined> {
    let left = false;
    const leave = (error: unknown): boolean => {
      if (active === 1 || retryCauseOf(error) !== 'throttled') return false;
      left = true;
      count.refused(active);
      active -= 1;
      waiting.unshift(range);
      publish({ type: 'retry', identity, cause: 'throttled', failures: 1, delayMs: 0 });
      return true;
    };
    try {
      return await openResponse(session, range, leave);
    } catch (error) {
      if (left) return undefined;
      throw error;
    }
  }

  function start(first?: ObjectResponse): void {
    active += 1;
    const worker = work(first)
      .catch((error: unknown) => {
        failure ??= { error };
        session.cancel(error);
      })
      .finally(() => running.delete(worker));
    running.add(worker);
  }

  function adjust(bytes: number): void {
    wanted = count.received(bytes);
    while (active < wanted && waiting.length > 0) start();
  }

  function onBytes(bytes: number): void {
    adjust(bytes);
    options.onBytes(bytes);
  }

  start(options.first);
  // Also while nothing comes: one silent connection must not keep others from being opened.
  const timer = setInterval(adjust, ADJUST_MS, 0);
  while (running.size > 0) await Promise.race(running);
  clearInterval(timer);
  if (failure !== undefined) throw failure.error;
}
