import { combineCrc64 } from '@ossgrant/crc64';
import type { ByteRange } from '../answer/content-range.ts';

/** Bytes that are in the file, and their checksum. */
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

/** What is missing between sorted segments, in pieces of at most `partSize` bytes. */
export function missingRanges(segments: readonly Segment[], size: number, partSize: number): ByteRange[] {
  const ranges: ByteRange[] = [];
  let at = 0;
  for (const next of [...segments, { start: size, end: size }]) {
    for (; at < next.start; at = Math.min(at + partSize, next.start)) {
      ranges.push({ start: at, end: Math.min(at + partSize, next.start) });
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
