import type { FileHandle } from 'node:fs/promises';
import { combineCrc64, createCrc64 } from '@ossgrant/crc64';
import type { ByteRange } from '../object-response.ts';
import { onDisk } from './disk.ts';

/** Bytes that are in the file, with their checksum. */
export interface Segment extends ByteRange {
  readonly crc64: bigint;
}

/** The segments in their order, without those that overlap an earlier one. */
export function sortSegments(segments: readonly Segment[]): Segment[] {
  const kept: Segment[] = [];
  for (const segment of [...segments].sort((a, b) => a.start - b.start)) {
    if (segment.end > segment.start && segment.start >= (kept.at(-1)?.end ?? 0)) kept.push(segment);
  }
  return kept;
}

// The size is a server's word.
const MAX_RANGES = 100_000;

/**
 * What is missing between sorted segments, in pieces of at most `partSize` bytes; the first may be shorter. Of an object that would
 * take more than 100,000 pieces they are larger.
 */
export function missingRanges(
  segments: readonly Segment[],
  size: number,
  partSize: number,
  firstSize: number = partSize,
): ByteRange[] {
  const ranges: ByteRange[] = [];
  const most = Math.max(partSize, Math.ceil(size / MAX_RANGES));
  let at = 0;
  for (const next of [...segments, { start: size, end: size }]) {
    while (at < next.start) {
      const end = Math.min(at + (ranges.length === 0 ? firstSize : most), next.start);
      ranges.push({ start: at, end });
      at = end;
    }
    at = next.end;
  }
  return ranges;
}

/** Checksum of the whole from its parts; the segments are sorted and leave nothing out. */
export function combineSegments(segments: readonly Segment[]): bigint {
  let crc64 = 0n;
  for (const { start, end, crc64: next } of segments) crc64 = combineCrc64(crc64, next, end - start);
  return crc64;
}

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
