import { crc64 } from '@ossgrant/crc64';
import {
  checkArgument,
  defined,
  nestedOptions,
  optional,
  optionsCheck,
  takes,
} from '@ossgrant/credentials-core/internal';
import { DOWNLOAD_HINTS, DOWNLOAD_OPTIONS } from '../check-arguments.ts';
import type { DownloadResult, Progress } from '../download.ts';
import { openChecked } from '../open-download.ts';
import type { RequestSource } from '../request-source.ts';
import { createStop, type Stop } from '../session/first-attempt.ts';
import { createBlockPool } from './block-pool.ts';
import { createBudget } from './budget.ts';
import { downloadChecked } from './download-to-file.ts';
import { isEqualFile, type Comparison, type ObjectFacts } from './equal-file.ts';
import { checkFileOptions, MAX_CONNECTIONS, type FileDownloadOptions } from './job.ts';
import { runMany } from './run-many.ts';

/** One of many downloads. */
export interface DownloadItem {
  /** Of the object, as `fromUrl` and `fromObject` make it; objects share one credential provider best. */
  readonly source: RequestSource;
  /** The file, in a folder that exists; or finds it when it is the item's turn. No two items may have one file. */
  readonly path: string | (() => string | Promise<string>);
  /** What is known of the object, as from a listing: `skip` then needs fewer requests. */
  readonly facts?: ObjectFacts;
}

/** Options of `downloadAll`: those of `downloadToFile` for each item, and what all share. */
export interface DownloadAllOptions<I extends DownloadItem = DownloadItem> extends Omit<
  FileDownloadOptions,
  'onProgress'
> {
  /** Connections of all downloads together, 1 to 256; a large object has up to 16 while no other waits for one. @default 16 */
  readonly connections?: number;
  /** Downloads at once, 1 to `connections`. @default as many as there are connections */
  readonly atOnce?: number;
  /** Called for each item as `downloadToFile` calls it. */
  readonly onProgress?: (progress: Progress, item: I) => void;
  /**
   * Skips items whose file is there and equal: in size and CRC-64, or in size and modification time, and only if the times differ in
   * CRC-64.
   *
   * @default nothing is skipped
   */
  readonly skip?: 'checksum' | 'time';
  /**
   * Takes only every so many-th item: `count` processes with the same items and an `index` from 0 each download all of them, each
   * item once. An item belongs to a shard by the identity of its source, wherever it stands in the list.
   */
  readonly shard?: Shard;
}

/** A share of the items. */
export interface Shard {
  /** From 0. */
  readonly index: number;
  /** How many there are. */
  readonly count: number;
}

/** What became of an item. */
export type ItemResult<I extends DownloadItem = DownloadItem> =
  | { readonly status: 'completed'; readonly item: I; readonly path: string; readonly result: DownloadResult }
  | { readonly status: 'skipped'; readonly item: I; readonly path: string }
  /** `path` is absent where it could not be found. */
  | { readonly status: 'failed'; readonly item: I; readonly path?: string; readonly error: unknown };

const checkNames = optionsCheck<DownloadAllOptions>(
  'downloadAll',
  {
    ...DOWNLOAD_OPTIONS,
    resume: optional(takes.flag),
    connections: optional(takes.number),
    atOnce: optional(takes.number),
    partSize: optional(takes.number),
    skip: optional(takes.oneOf('checksum', 'time')),
    shard: optional(nestedOptions<Shard>({ index: takes.number, count: takes.number })),
  },
  DOWNLOAD_HINTS,
);

/**
 * Downloads many objects to files over one budget of connections, memory and open files. The result of each item comes when it is
 * there; one that fails stops no other. A file gets the object's modification time. After a failure, or a killed process, the same call
 * with `skip` goes on where it ended.
 *
 * Ending the loop early ends the downloads that are running.
 *
 * @example
 * const items = links.map((link, index) => ({ source: fromUrl(link), path: `files/${index}` }));
 * for await (const { status, path } of downloadAll(items, { skip: 'checksum' })) console.log(status, path);
 *
 * @throws the signal's reason when it is aborted; what `items` throws; TypeError and RangeError for wrong arguments, before any request
 */
export function downloadAll<I extends DownloadItem>(
  items: Iterable<I> | AsyncIterable<I>,
  options: DownloadAllOptions<I> = {},
): AsyncIterable<ItemResult<I>> {
  checkArgument('downloadAll', 'items', items, ITEMS);
  checkNames(options);
  const { connections = MAX_CONNECTIONS, atOnce = connections, shard } = options;
  if (!(Number.isInteger(connections) && connections >= 1 && connections <= MOST)) {
    throw new RangeError(`connections must be a whole number from 1 to ${MOST}`);
  }
  if (!(Number.isInteger(atOnce) && atOnce >= 1 && atOnce <= connections)) {
    throw new RangeError('atOnce must be a whole number from 1 to connections');
  }
  if (shard !== undefined) checkShard(shard);
  const { connections: _, atOnce: _atOnce, onProgress: _onProgress, skip: _skip, shard: _shard, ...each } = options;
  checkFileOptions(each);
  const stops = new Set<Stop>();
  const run = createItemDownload(options, connections, stops);
  return runMany(shard === undefined ? items : ofShard(items, shard), {
    atOnce,
    signal: options.signal,
    run,
    stop(reason): void {
      for (const running of stops) running.stop(reason);
    },
  });
}

const MOST = 256;

const ITEMS = takes.special('an iterable of items', (value) => {
  const iterable = value as { readonly [Symbol.iterator]?: unknown; readonly [Symbol.asyncIterator]?: unknown };
  return typeof (iterable?.[Symbol.asyncIterator] ?? iterable?.[Symbol.iterator]) === 'function';
});

function checkShard({ index, count }: Shard): void {
  if (Number.isInteger(count) && count >= 1 && Number.isInteger(index) && index >= 0 && index < count) return;
  throw new RangeError('shard.count must be a whole number from 1, and shard.index one from 0 to below it');
}

/** Downloads items for one call, all from its budget. */
function createItemDownload<I extends DownloadItem>(
  options: DownloadAllOptions<I>,
  connections: number,
  stops: Set<Stop>,
) {
  const { connections: _, atOnce: _atOnce, onProgress, signal: _signal, skip, shard: _shard, ...each } = options;
  const blocks = createBlockPool();
  const budget = createBudget(connections);
  // To make one takes long beside all else that is done for a small object.
  const spare: Stop[] = [];

  async function isThere(
    path: string,
    { source, facts = {} }: DownloadItem,
    by: Comparison,
    signal: AbortSignal,
  ): Promise<boolean> {
    const ask = async (): Promise<ObjectFacts> => {
      const { info, body } = await openChecked(source, { ...each, signal });
      await body.cancel();
      return info;
    };
    return isEqualFile(path, by, { known: facts, ask, signal });
  }

  return async (item: I): Promise<ItemResult<I>> => {
    const stop = spare.pop() ?? createStop();
    stops.add(stop);
    await budget.take();
    let path: string | undefined;
    try {
      stop.signal.throwIfAborted();
      path = typeof item.path === 'string' ? item.path : await item.path();
      if (skip !== undefined && (await isThere(path, item, skip, stop.signal)))
        return { status: 'skipped', item, path };
      const itemOptions =
        onProgress === undefined ? each : { ...each, onProgress: (progress: Progress) => onProgress(progress, item) };
      const start = { blocks, budget, stop, keepsTime: true };
      const result = await downloadChecked(item.source, path, itemOptions, start);
      spare.push(stop);
      return { status: 'completed', item, path, result };
    } catch (error) {
      return { status: 'failed', item, ...defined({ path }), error };
    } finally {
      budget.give();
      stops.delete(stop);
    }
  };
}

async function* ofShard<I extends DownloadItem>(
  items: Iterable<I> | AsyncIterable<I>,
  { index, count }: Shard,
): AsyncGenerator<I> {
  const encoder = new TextEncoder();
  for await (const item of items) {
    if (crc64(encoder.encode(item.source.identity)) % BigInt(count) === BigInt(index)) yield item;
  }
}
