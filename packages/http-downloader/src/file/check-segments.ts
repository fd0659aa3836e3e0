import type { FileHandle } from 'node:fs/promises';
import { createCrc64 } from '@ossgrant/crc64';
import type { Segment } from '../segments.ts';
import { onDisk } from './disk.ts';

const BLOCK = 1 << 20;

/**
 * Reads the file and returns the segments whose bytes have their checksum. The checksum of the whole is combined from those of the
 * segments, so only this finds a file that was cut, altered, or not completely written before a crash.
 */
export async function checkSegments(
  file: FileHandle,
  segments: readonly Segment[],
  signal: AbortSignal,
): Promise<Segment[]> {
  const kept: Segment[] = [];
  const block = Buffer.allocUnsafe(BLOCK);
  for (const segment of segments) {
    if ((await sumOf(file, segment, block, signal)) === segment.crc64) kept.push(segment);
  }
  return kept;
}

async function sumOf(file: FileHandle, { start, end }: Segment, block: Buffer, signal: AbortSignal): Promise<bigint> {
  const crc = createCrc64();
  for (let at = start; at < end;) {
    signal.throwIfAborted();
    const { bytesRead } = await onDisk(file.read(block, 0, Math.min(BLOCK, end - at), at));
    if (bytesRead === 0) break;
    crc.update(block.subarray(0, bytesRead));
    at += bytesRead;
  }
  return crc.digest();
}
