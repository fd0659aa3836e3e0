import { optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { DOWNLOAD_HINTS, DOWNLOAD_OPTIONS } from '../check-arguments.ts';
import type { DownloadOptions } from '../download.ts';
import type { RequestSource } from '../request-source.ts';
import type { Session } from '../session/session.ts';
import type { BlockPool } from './block-pool.ts';
import type { Budget } from './budget.ts';
import type { Target } from './target.ts';

/** Options of `downloadToFile`. */
export interface FileDownloadOptions extends DownloadOptions {
  /**
   * Whether to resume what an earlier run left, and to leave what this one has when it fails: beside the target, `.ossgrant-part` with
   * the bytes and `.ossgrant-part.json` with their description. Objects that one request fetches leave nothing.
   *
   * @default true
   */
  readonly resume?: boolean;
  /** Maximum parallel connections, 1 to 16. @default 16, of which so many are used as make it faster */
  readonly connections?: number;
  /** Bytes in one request; smaller objects take one. @default 8 MiB, more for very large objects */
  readonly partSize?: number;
}

const checkNames = optionsCheck<FileDownloadOptions>(
  'downloadToFile',
  {
    ...DOWNLOAD_OPTIONS,
    resume: optional(takes.flag),
    connections: optional(takes.number),
    partSize: optional(takes.number),
  },
  DOWNLOAD_HINTS,
);

/** @throws TypeError for unknown options and wrong types, RangeError for numbers out of range */
export function checkFileOptions(options: FileDownloadOptions): void {
  checkNames(options);
  const { connections, partSize } = options;
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
  /** Whether the file gets the object's modification time. */
  readonly keepsTime: boolean;
  readonly budget?: Budget;
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
