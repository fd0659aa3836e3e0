import { defined } from '@ossgrant/credentials-core/internal';
import type { ObjectInfo } from './download.ts';
import { isStrong } from './object-response.ts';
import { sortSegments, type Segment } from './segments.ts';

/** What an earlier run left: which version of which object, and what of it is stored. */
export interface Checkpoint {
  readonly identity: string;
  readonly size: number;
  readonly etag?: string;
  /** Of the whole object. */
  readonly crc64?: bigint;
  readonly segments: readonly Segment[];
}

const FORMAT = 'ossgrant-part/1';
const MAX_TEXT = 4096;
// The largest object of OSS has 48.8 TB.
const MAX_SIZE = 2 ** 46;

/** The facts that further responses must match. */
export function factsOf({ size, etag, crc64 }: Checkpoint): ObjectInfo & Pick<Checkpoint, 'size'> {
  return { size, ...defined({ etag, crc64 }) };
}

/** Writes a checkpoint as text. */
export function formatCheckpoint({ segments, crc64, ...rest }: Checkpoint): string {
  return JSON.stringify({
    format: FORMAT,
    ...rest,
    ...defined({ crc64: crc64?.toString() }),
    segments: segments.map(({ start, end, crc64: crc }) => [start, end, String(crc)]),
  });
}

/** Reads a checkpoint; undefined if it is garbled or of another format. @throws SyntaxError for anything but JSON */
export function parseCheckpoint(text: string): Checkpoint | undefined {
  const data: unknown = JSON.parse(text);
  if (typeof data !== 'object' || data === null) return undefined;
  const { format, identity, size, etag, crc64, segments } = data as Record<string, unknown>;
  if (format !== FORMAT || !isText(identity) || !isPosition(size) || size > MAX_SIZE) return undefined;
  if (etag !== undefined && !isText(etag)) return undefined;
  if (crc64 !== undefined && !isDecimal(crc64)) return undefined;
  // Without either the object could have changed unnoticed.
  if (!isStrong(etag) && crc64 === undefined) return undefined;
  if (!Array.isArray(segments)) return undefined;
  const read: Segment[] = [];
  for (const entry of segments as unknown[]) {
    if (!Array.isArray(entry)) return undefined;
    const [start, end, crc] = entry as unknown[];
    if (!isPosition(start) || !isPosition(end) || !isDecimal(crc) || start > end || end > size) return undefined;
    read.push({ start, end, crc64: BigInt(crc) });
  }
  return {
    identity,
    size,
    ...defined({ etag, crc64: crc64 === undefined ? undefined : BigInt(crc64) }),
    segments: sortSegments(read),
  };
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value) && BigInt(value) < 2n ** 64n;
}
