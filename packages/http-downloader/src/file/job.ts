import type { DownloadOptions } from '../download.ts';
import type { RequestSource } from '../request-source.ts';
import type { Session } from '../session/session.ts';
import type { BlockPool } from './block-pool.ts';
import type { Target } from './target.ts';

/** Options of `downloadToFile`. */
export interface FileDownloadOptions extends DownloadOptions {
  /**
   * Whether to go on from what an earlier run left, and to leave something to go on from when this one fails: beside the
   * target, `.ossgrant-part` with the bytes and `.ossgrant-part.json`, which tells what they are. Objects that one request
   * fetches are not worth it and leave nothing.
   *
   * @default true
   */
  readonly resume?: boolean;
  /** Most connections at once, 1 to 16. @default 16, as many of them as make it faster */
  readonly connections?: number;
  /** Bytes that one request asks for; smaller objects are fetched by one. @default 8 MiB, more for very large objects */
  readonly partSize?: number;
}

/** @throws RangeError for numbers that cannot be */
export function checkFileOptions({ connections, partSize }: FileDownloadOptions): void {
  if (connections !== undefined && !(Number.isInteger(connections) && connections >= 1 && connections <= 16)) {
    throw new RangeError('connections must be a whole number from 1 to 16');
  }
  if (partSize !== undefined && !(Number.isSafeInteger(partSize) && partSize >= 1)) {
    throw new RangeError('partSize must be a whole number from 1');
  }
}

/** One call of `downloadToFile`. */
export interface FileJob {
  readonly source: RequestSource;
  readonly session: Session;
  /** Where the session receives. */
  readonly blocks: BlockPool;
  readonly target: Target;
  readonly options: FileDownloadOptions;
}

const MIB = 1 << 20;

/** Objects up to this size are fetched by one request. */
export const FIRST_PART: number = 8 * MIB;

/** Most connections of one download. */
export const MAX_CONNECTIONS = 16;

// Keeps the checkpoint of the largest object (48.8 TB) at some thousand entries.
const MAX_PARTS = 4000;

/** Size of the parts, in bytes: whole MiB. */
export function partSizeFor(size: number): number {
  return Math.max(FIRST_PART, Math.ceil(size / MAX_PARTS / MIB) * MIB);
}
