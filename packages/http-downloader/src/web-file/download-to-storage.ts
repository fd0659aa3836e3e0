import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { checkSource, DOWNLOAD_HINTS, DOWNLOAD_OPTIONS } from '../check-arguments.ts';
import { factsOf } from '../checkpoint.ts';
import { DownloadError } from '../download-error.ts';
import type { DownloadOptions, DownloadResult } from '../download.ts';
import { isResumable, type ObjectResponse } from '../object-response.ts';
import { createProgressMeter } from '../progress.ts';
import type { RequestSource } from '../request-source.ts';
import { openResponse } from '../session/read-range.ts';
import { createSession, type Session } from '../session/session.ts';
import { areWrongBytes, assertVerifiable, expectationOf, verify, type Expectation } from '../verify.ts';
import { browserFolder, withLock } from './browser-storage.ts';
import { fetchSegments } from './fetch-segments.ts';
import { createMemory, type DownloadMemory } from './memory.ts';
import { openStore, storageError, type StorageFolder, type Store } from './storage.ts';

/** Options of `downloadToStorage`. */
export interface StorageDownloadOptions extends DownloadOptions {
  /** @default a folder of the page's origin private file system */
  readonly folder?: StorageFolder;
  /** Parallel connections, 1 to 6: browsers open no more to one host. @default 4 */
  readonly connections?: number;
  /** Bytes in one request. @default 8 MiB */
  readonly partSize?: number;
}

/** A download that is in the browser's storage. */
export interface StoredDownload extends DownloadResult {
  /** The object. Its bytes stay in the storage: it can be read until `remove` is called. */
  readonly file: Blob;
  /** Removes it from the storage. */
  remove(): Promise<void>;
}

const checkNames = optionsCheck<StorageDownloadOptions>(
  'downloadToStorage',
  {
    ...DOWNLOAD_OPTIONS,
    folder: optional(takes.special('a folder of the browser, as navigator.storage.getDirectory() gives it', isFolder)),
    connections: optional(takes.number),
    partSize: optional(takes.number),
  },
  DOWNLOAD_HINTS,
);

function isFolder(value: unknown): boolean {
  return typeof (value as Partial<StorageFolder> | null)?.getDirectoryHandle === 'function';
}

const PART = 8 << 20;

interface Job {
  readonly source: RequestSource;
  readonly session: Session;
  readonly store: Store;
  readonly memory: DownloadMemory;
  readonly options: StorageDownloadOptions;
}

/**
 * Downloads to the browser's storage (OPFS), in parts that are closed one by one. Aborting the signal pauses: the next call for the same
 * object, also after a reload, resumes what is there.
 *
 * @throws DownloadError, `TARGET_BUSY` while another tab downloads the object; the signal's reason when it is aborted; TypeError and
 *   RangeError for wrong arguments, before any request
 */
export async function downloadToStorage(
  source: RequestSource,
  options: StorageDownloadOptions = {},
): Promise<StoredDownload> {
  checkSource('downloadToStorage', source);
  checkNames(options);
  const { connections = 4, partSize = PART } = options;
  if (!(Number.isInteger(connections) && connections >= 1 && connections <= 6)) {
    throw new RangeError('connections must be a whole number from 1 to 6');
  }
  if (!(Number.isSafeInteger(partSize) && partSize >= 1)) {
    throw new RangeError('partSize must be a whole number from 1');
  }
  const folder = options.folder ?? (await browserFolder());
  return withLock(source.identity, async () => {
    // A folder of the caller's may keep what it is given.
    const memory = createMemory(options.folder === undefined);
    const session = createSession(source, options, { blocks: memory.blocks });
    try {
      session.signal.throwIfAborted();
      const store = await openStore(folder, source.identity);
      return await download({ source, session, store, memory, options: { ...options, connections, partSize } });
    } catch (error) {
      session.cancel(error);
      throw storageError(error);
    } finally {
      session.close();
    }
  });
}

async function download(job: Job): Promise<StoredDownload> {
  const { session, store } = job;
  const first = (await openRest(job)) ?? (await openFirst(job));
  if (isResumable(first.expected.info)) return complete(job, first);
  // Segments of two versions could not be distinguished: one connection, and after a failure all of it again.
  const retry = session.createRetry();
  for (let opened = first; ;) {
    try {
      return await complete(job, opened);
    } catch (error) {
      await store.clear();
      await retry.after(error);
      session.expect(undefined);
      opened = await openFirst(job);
    }
  }
}

interface Opened {
  readonly response: ObjectResponse;
  readonly expected: Expectation;
}

/** Asks for what an earlier run left missing; undefined when there is nothing, or the server has another version now. */
async function openRest({ session, store, options }: Job): Promise<Opened | undefined> {
  if (store.earlier === undefined) return undefined;
  const known = factsOf(store.earlier);
  session.expect(known);
  await store.check(session.signal);
  // Also when nothing is missing: the object may have been replaced since, or the permission revoked.
  const [range = { start: 0, end: 1 }] = store.missing(known.size, options.partSize ?? PART);
  try {
    const response = await openResponse(session, range);
    const { info, crc64 = known.crc64 } = expectationOf(response);
    const expected = { info: { ...known, ...info }, ...defined({ crc64 }) };
    session.expect(expected.info);
    return { response, expected };
  } catch (error) {
    if (!(error instanceof DownloadError && (error.code === 'OBJECT_CHANGED' || error.status === 416))) throw error;
    session.expect(undefined);
    await store.clear();
    return undefined;
  }
}

async function openFirst({ session, store, options }: Job): Promise<Opened> {
  let response = await openPart(session, options.partSize ?? PART);
  if (!isResumable(expectationOf(response).info) && response.response.status === 206) {
    response.response.discard();
    response = await openResponse(session);
  }
  const expected = expectationOf(response);
  session.expect(expected.info);
  await store.describe(expected.info);
  return { response, expected };
}

// Some servers cannot deal with ranges at all, and some buckets hide from pages what a response holds.
async function openPart(session: Session, size: number): Promise<ObjectResponse> {
  const isNoRange = (error: unknown): boolean =>
    error instanceof DownloadError && (error.code === 'RANGE_MISMATCH' || error.status === 416);
  try {
    return await openResponse(session, { start: 0, end: size }, isNoRange);
  } catch (error) {
    if (!isNoRange(error)) throw error;
    return openResponse(session);
  }
}

async function complete(job: Job, { response, expected }: Opened): Promise<StoredDownload> {
  const { session, store, memory, options } = job;
  assertVerifiable(response, expected, options);
  const { info } = expected;
  const resumedFrom = store.bytes();
  const { onProgress } = options;
  const meter = createProgressMeter({ clock: session.clock, ...defined({ totalBytes: info.size, onProgress }) });
  meter.report(resumedFrom);
  const fetchMissing = async (first?: ObjectResponse): Promise<void> => {
    let received = store.bytes();
    const size = info.size ?? Infinity;
    const isWhole = !isResumable(info) || (first?.response.status === 200 && received === 0);
    const ranges = isWhole ? [{ start: 0, end: size }] : store.missing(size, options.partSize ?? PART);
    if (ranges.length === 0) first?.response.discard();
    await fetchSegments({
      session,
      identity: job.source.identity,
      store,
      ranges,
      first,
      connections: options.connections ?? 1,
      memory,
      onBytes: (bytes) => meter.report((received += bytes)),
    });
  };
  await fetchMissing(response);
  if (expected.crc64 !== undefined && store.crc64() !== expected.crc64) {
    // If the storage differs from what was received, the bad parts are fetched again; otherwise all are, once.
    session.wrongBytes();
    if (await store.check(session.signal)) await store.clear();
    await store.describe(info);
    await fetchMissing();
  }
  const crc64 = store.crc64();
  try {
    const verified = verify({ crc64 }, expected);
    meter.finish();
    const file = await store.join(info.contentType);
    const bytes = store.bytes();
    const result = { bytes, crc64, verified, attempts: session.attempts(), resumedFrom, info };
    return { ...result, file, remove: () => store.clear() };
  } catch (error) {
    // Wrong bytes cannot be resumed.
    if (areWrongBytes(error)) await store.clear();
    throw error;
  }
}
