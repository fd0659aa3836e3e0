import type { FileHandle } from 'node:fs/promises';
import { publish } from '#publish';
import type { ByteRange } from '../answer/content-range.ts';
import type { Answer, Session } from '../session.ts';
import { createConnectionCount } from './connection-count.ts';
import { receive } from './receive.ts';
import type { Segment } from './segments.ts';

/** What fetching parts takes. */
export interface FetchPartsOptions {
  readonly session: Session;
  readonly identity: string;
  readonly file: FileHandle;
  readonly ranges: readonly ByteRange[];
  /** Answer to the first of the ranges, if there is one already. */
  readonly first?: Answer | undefined;
  readonly maxConnections: number;
  readonly onBytes: (bytes: number) => void;
  /** Called with what each connection has written; those of one `start` replace each other. */
  readonly onWritten: (segment: Segment) => void;
}

/**
 * Fetches ranges over as many connections as make it faster. The first failure ends all of them; it returns or throws when
 * none is writing any more.
 */
export async function fetchParts(options: FetchPartsOptions): Promise<void> {
  const { session, identity, file, maxConnections } = options;
  const waiting = [...options.ranges];
  const running = new Set<Promise<void>>();
  const count = createConnectionCount({ monotonic: () => session.clock.monotonic(), max: maxConnections });
  let failure: { readonly error: unknown } | undefined;

  async function work(first: Answer | undefined): Promise<void> {
    let opened = first;
    for (let range = waiting.shift(); range !== undefined; range = waiting.shift()) {
      const { onWritten } = options;
      const segment = await receive({ session, file, range, opened, onBytes, onWritten });
      publish({ type: 'part', identity, start: segment.start, end: segment.end });
      opened = undefined;
    }
  }

  function start(first?: Answer): void {
    const worker = work(first)
      .catch((error: unknown) => {
        failure ??= { error };
        session.cancel(error);
      })
      .finally(() => running.delete(worker));
    running.add(worker);
  }

  function onBytes(bytes: number): void {
    const wanted = count.received(bytes);
    while (running.size < wanted && waiting.length > 0) start();
    options.onBytes(bytes);
  }

  start(options.first);
  for (let wanted = count.received(0); running.size < wanted && waiting.length > 0;) start();
  while (running.size > 0) await Promise.race(running);
  if (failure !== undefined) throw failure.error;
}
