import { constants } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createCrc64 } from '@ossgrant/crc64';
import type { ObjectInfo } from '../download.ts';
import { onDisk, openFile } from './disk.ts';
import { thisFileSystem } from './own-file.ts';

/** How a file is compared with an object: by size and CRC-64, or by size and time, and by the CRC-64 only if the times differ. */
export type Comparison = 'checksum' | 'time';

/** What is known of an object. */
export type ObjectFacts = Pick<ObjectInfo, 'size' | 'crc64' | 'lastModified'>;

/** The expected content of a file. */
export interface ComparedObject {
  /** Before anything is asked for, as from a listing. */
  readonly known: ObjectFacts;
  /** Asks the server for the rest; only called when `known` does not settle it. */
  readonly ask: () => Promise<ObjectFacts>;
  readonly signal: AbortSignal;
}

/** Whether a file already holds an object. @throws what `ask` throws; DownloadError of the disk; the signal's reason */
export async function isEqualFile(
  path: string,
  by: Comparison,
  { known, ask, signal }: ComparedObject,
): Promise<boolean> {
  const local = await stat(path).catch(() => undefined);
  if (local?.isFile() !== true) return false;
  if (known.size !== undefined && known.size !== local.size) return false;
  if (by === 'time' && known.size !== undefined && isSameTime(local.mtime, known.lastModified)) return true;
  const isKnown = known.size !== undefined && known.crc64 !== undefined;
  const { size, crc64, lastModified } = isKnown ? known : await ask();
  if (size !== local.size) return false;
  if (by === 'time' && isSameTime(local.mtime, lastModified)) return true;
  return crc64 !== undefined && (await crc64OfFile(path, signal)) === crc64;
}

// HTTP dates have whole seconds.
function isSameTime(local: Date, remote: Date | undefined): boolean {
  return remote !== undefined && Math.floor(local.getTime() / 1000) === Math.floor(remote.getTime() / 1000);
}

const BLOCK = 1 << 20;

async function crc64OfFile(path: string, signal: AbortSignal): Promise<bigint> {
  // Another may have put a pipe there since, and reading it would wait.
  const file = await onDisk(openFile(path, constants.O_RDONLY | thisFileSystem.nonBlocking));
  try {
    const crc = createCrc64();
    const block = Buffer.allocUnsafe(BLOCK);
    for (let at = 0; ;) {
      signal.throwIfAborted();
      const { bytesRead } = await onDisk(file.read(block, 0, BLOCK, at));
      if (bytesRead === 0) return crc.digest();
      crc.update(block.subarray(0, bytesRead));
      at += bytesRead;
    }
  } finally {
    await file.close();
  }
}
