import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { realpath, statfs } from 'node:fs/promises';
import { basename, dirname, join, resolve, sep } from 'node:path';
import { DownloadError } from '../download-error.ts';
import { isPartName } from '../file-name.ts';
import { factsAt } from './own-file.ts';

// File systems end at 255; the endings need some of it.
const MAX_NAME_BYTES = 200;
const WORTH_ASKING = 1 << 20;

/** Where a download goes, and what is kept beside it meanwhile. */
export interface Target {
  readonly path: string;
  readonly part: string;
  readonly checkpoint: string;
  readonly lock: string;
  /** The file that is to be replaced. */
  readonly existing?: BigIntStats;
}

/** Mode to create a file with that is to take the target's place: never wider than the older file's. */
export function modeFor({ existing }: Target): number {
  return existing === undefined ? 0o666 : permissionsOf(existing);
}

/** The bits for owner, group and others. */
export function permissionsOf({ mode }: BigIntStats): number {
  return Number(mode & 0o777n);
}

/**
 * Names the files of a download. A symbolic link stays one: the file that it points to is replaced; one that points to nothing is
 * refused.
 *
 * @throws DownloadError `FILE_SYSTEM` for anything but a file, and for the name of what another download leaves
 */
export async function resolveTarget(path: string): Promise<Target> {
  if (path.endsWith('/') || path.endsWith(sep)) throw refused('it names a folder');
  let target = resolve(path);
  let existing = await factsAt(target);
  if (existing?.isSymbolicLink() === true) {
    target = await realpath(target).catch(() => {
      throw refused('it is a symbolic link to nothing: remove the link, or name the file that it should point to');
    });
    existing = await factsAt(target);
  }
  // The file would take the place of a device or pipe, for all who use it.
  if (existing !== undefined && !existing.isFile()) {
    const kind = existing.isDirectory() ? 'it is a folder' : 'it is a device, pipe or socket: download to a stream';
    throw refused(kind);
  }
  if (isPartName(basename(target))) throw refused('names with ".ossgrant-part" are kept for unfinished downloads');
  const part = join(dirname(target), `${shortName(basename(target))}.ossgrant-part`);
  const names = { path: target, part, checkpoint: `${part}.json`, lock: `${part}.lock` };
  return existing === undefined ? names : { ...names, existing };
}

function refused(reason: string): DownloadError {
  return new DownloadError(reason, { code: 'FILE_SYSTEM', retryable: false });
}

// The names beside it are longer than the target's own, which may be as long as names can be.
function shortName(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME_BYTES) return name;
  return `.${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
}

/** Whether an earlier run left something. */
export async function hasCheckpoint({ checkpoint }: Target): Promise<boolean> {
  return (await factsAt(checkpoint)) !== undefined;
}

/** @throws DownloadError `DISK_FULL` when so many bytes will not fit */
export async function assertRoom({ path }: Target, bytes: number): Promise<void> {
  // Smaller amounts are written at once.
  if (bytes < WORTH_ASKING) return;
  // Not every file system reports its room.
  const free = await statfs(dirname(path)).catch(() => undefined);
  if (free === undefined || free.blocks === 0 || free.bavail * free.bsize >= bytes) return;
  throw new DownloadError(`no room on the disk: ${bytes} more bytes are needed`, {
    code: 'DISK_FULL',
    retryable: false,
  });
}
