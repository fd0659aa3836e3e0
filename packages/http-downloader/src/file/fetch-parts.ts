import { publish } from '#runtime';
import type { FileHandle } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import type { ByteRange, ObjectResponse } from '../object-response.ts';
import { openResponse } from '../session/read-range.ts';
import { retryCauseOf } from '../session/retry.ts';
import type { Session } from '../session/session.ts';
import type { BlockPool } from './block-pool.ts';
import type { Budget } from './budget.ts';
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
  /** Where those beyond the first come from. */
  readonly budget?: Budget;
  readonly onBytes: (bytes: number) => void;
  /** Called with what each connection has written; those of one `start` replace each other. */
  readonly onWritten: (segment: Segment) => void;
}

const ADJUST_MS = 100;
// Less than this is received to its end: the request for the rest would cost more.
const WORTH_LEAVING = 1 << 20;

interface Connection {
  /** Whether it has been answered. */
  flows: boolean;
  readonly isSpare: boolean;
}

/**
 * Fetches ranges over as many connections as make it faster and as the server allows: one that is refused because there are too many,
 * or that is one too many, leaves its range to the others. The first failure ends all of them; the function settles when none is
 * writing any more.
 */
export async function fetchParts(options: FetchPartsOptions): Promise<void> {
  const { session, identity, file, blocks, maxConnections, budget } = options;
  const { clock } = session;
  const waiting = [...options.ranges];
  const running = new Set<Promise<void>>();
  // Left before anything is awaited, so that two never leave their ranges to each other.
  const active = new Set<Connection>();
  const count = createConnectionCount({
    monotonic: () => clock.monotonic(),
    busyMs: () => performance.eventLoopUtilization().active,
    max: () => active.size + mostMore(),
  });
  // Whether one uses the connection that the download has in any case.
  let hasOwn = false;
  let failure: { readonly error: unknown } | undefined;

  async function work(connection: Connection, first: ObjectResponse | undefined): Promise<void> {
    let opened = first;
    for (let range = waiting.shift(); range !== undefined; range = waiting.shift()) {
      opened ??= await openUnlessCrowded(range, connection);
      if (opened === undefined) return;
      const { end } = range;
      const segment = await receive({
        session,
        file,
        blocks,
        range,
        opened,
        onBytes,
        onWritten: options.onWritten,
        mayStop: (at) => end - at >= WORTH_LEAVING && leaveIfTooMany(connection),
      });
      publish({ type: 'part', identity, start: segment.start, end: segment.end });
      opened = undefined;
      if (segment.end < end) {
        waiting.unshift({ start: segment.end, end });
        return;
      }
      if (leaveIfTooMany(connection)) return;
    }
    active.delete(connection);
  }

  function leaveIfTooMany(connection: Connection): boolean {
    const isWanted = connection.isSpare && active.size > 1 && budget?.isWanted() === true;
    return (isWanted || active.size > count.wanted()) && active.delete(connection);
  }

  async function openUnlessCrowded(range: ByteRange, connection: Connection): Promise<ObjectResponse | undefined> {
    const askedAt = clock.monotonic();
    let left = false;
    const leave = (error: unknown): boolean => {
      if (active.size === 1 || retryCauseOf(error) !== 'throttled') return false;
      left = true;
      count.refused(active.size);
      active.delete(connection);
      waiting.unshift(range);
      publish({ type: 'retry', identity, cause: 'throttled', failures: 1, delayMs: 0 });
      return true;
    };
    try {
      const opened = await openResponse(session, range, leave);
      if (!connection.flows) count.answered(clock.monotonic() - askedAt);
      connection.flows = true;
      return opened;
    } catch (error) {
      if (left) return undefined;
      throw error;
    }
  }

  function mostMore(): number {
    const spare = budget?.spare() ?? Infinity;
    return Math.min(maxConnections - active.size, waiting.length, hasOwn ? spare : spare + 1);
  }

  function start(first?: ObjectResponse): void {
    const isSpare = hasOwn;
    if (isSpare) budget?.takeSpare();
    else hasOwn = true;
    const connection = { flows: first !== undefined, isSpare };
    active.add(connection);
    const worker = work(connection, first)
      .catch((error: unknown) => {
        failure ??= { error };
        session.cancel(error);
      })
      .finally(() => {
        running.delete(worker);
        if (isSpare) budget?.give();
        else hasOwn = false;
        // It may have left something when no other was there any more.
        if (failure === undefined) adjust();
      });
    running.add(worker);
  }

  function adjust(bytes = 0): void {
    const flowing = [...active].filter(({ flows }) => flows).length;
    const wanted = count.received(bytes, flowing);
    while (active.size < wanted && mostMore() > 0) start();
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
