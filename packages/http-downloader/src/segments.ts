import { combineCrc64 } from '@ossgrant/crc64';
import type { ByteRange } from './object-response.ts';

/** Bytes that have been stored, with their checksum. */
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
