import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { defined } from '@ossgrant/credentials-core/internal';
import type { ObjectInfo } from '../download.ts';
import { isStrong } from '../object-response.ts';
import { onDisk } from './disk.ts';
import { sortSegments, type Segment } from './segments.ts';

/** What an earlier run left: which version of which object, and what of it is in the file. */
export interface Checkpoint {
  readonly identity: string;
  readonly size: number;
  readonly etag?: string;
  /** Of the whole object. */
  readonly crc64?: bigint;
  readonly segments: readonly Segment[];
}

const FORMAT = 'ossgrant-part/1';

/** Writes a checkpoint so that a reader finds the old one or the new one, whole. */
export async function writeCheckpoint(path: string, checkpoint: Checkpoint): Promise<void> {
  const { segments, crc64, ...rest } = checkpoint;
  const text = JSON.stringify({
    format: FORMAT,
    ...rest,
    ...defined({ crc64: crc64?.toString() }),
    segments: segments.map(({ start, end, crc64: crc }) => [start, end, String(crc)]),
  });
  const temporary = temporaryOf(path);
  try {
    await onDisk(writeFile(temporary, text, { mode: 0o600 }));
    await onDisk(rename(temporary, path));
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

/** Removes a checkpoint, and what a crash while writing it may have left. */
export async function removeCheckpoint(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
  await rm(temporaryOf(path), { force: true }).catch(() => {});
}

/** Reads a checkpoint. One that is missing, garbled, of another format or of another object is none. */
export async function readCheckpoint(path: string, identity: string): Promise<Checkpoint | undefined> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
  return parse(data, identity);
}

/** What further answers must agree with. */
export function factsOf({ size, etag, crc64 }: Checkpoint): ObjectInfo {
  return { size, ...defined({ etag, crc64 }) };
}

// Always the same, as the lock keeps others away.
function temporaryOf(path: string): string {
  return `${path}.new`;
}

function parse(data: unknown, identity: string): Checkpoint | undefined {
  if (typeof data !== 'object' || data === null) return undefined;
  const { format, identity: whose, size, etag, crc64, segments } = data as Record<string, unknown>;
  if (format !== FORMAT || whose !== identity || !isPosition(size) || !Array.isArray(segments)) return undefined;
  if (etag !== undefined && typeof etag !== 'string') return undefined;
  if (crc64 !== undefined && !isDecimal(crc64)) return undefined;
  // Nothing would tell whether the object is still the same.
  if (!isStrong(etag) && crc64 === undefined) return undefined;
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

function isPosition(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function isDecimal(value: unknown): value is string {
  return typeof value === 'string' && /^\d{1,20}$/.test(value);
}
