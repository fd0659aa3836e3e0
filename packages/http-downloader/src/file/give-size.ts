import type { FileHandle } from 'node:fs/promises';
import { DownloadError } from '../download-error.ts';
import { onDisk } from './on-disk.ts';

/**
 * Gives a file its size ahead of its bytes, without taking room: what lies beyond is cut off, and a system that allows no file of
 * that size says so now. One that cannot do it is no reason to stop.
 *
 * @throws DownloadError `DISK_FULL`
 */
export async function giveSize(file: FileHandle, size: number): Promise<void> {
  try {
    await onDisk(file.truncate(size));
  } catch (error) {
    if (error instanceof DownloadError && error.code === 'DISK_FULL') throw error;
  }
}
