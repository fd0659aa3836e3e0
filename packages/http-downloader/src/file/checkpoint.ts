import { constants } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { defined } from '@ossgrant/credentials-core/internal';
import type { ObjectInfo } from '../download.ts';
import { isStrong } from '../object-response.ts';
import { onDisk } from './disk.ts';
import { createOwn, openOwn } from './own-file.ts';
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
// What others may have written is read only so far. Four thousand parts take 0.3 MB.
const MAX_BYTES = 4 << 20;
const MAX_TEXT = 4096;
// The largest object of OSS has 48.8 TB.
const MAX_SIZE = 2 ** 46;

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
    const file = await onDisk(createOwn(temporary, 0o600));
    try {
      await onDisk(file.writeFile(text));
    } finally {
      await file.close();
    }
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

/** Reads a checkpoint; undefined if it is missing, another user's, garbled, of another format or larger than any can be. */
export async function readCheckpoint(path: string): Promise<Checkpoint | undefined> {
  const file = await openOwn(path, constants.O_RDONLY);
  if (file === undefined) return undefined;
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1, 0);
    return bytesRead > MAX_BYTES ? undefined : parse(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
  } catch {
    return undefined;
  } finally {
    await file.close();
  }
}

/** The facts that further responses must agree with. */
export function factsOf({ size, etag, crc64 }: Checkpoint): ObjectInfo & Pick<Checkpoint, 'size'> {
  return { size, ...defined({ etag, crc64 }) };
}

// Always the same, as the lock keeps others away.
function temporaryOf(path: string): string {
  return `${path}.new`;
}

function parse(data: unknown): Checkpoint | undefined {
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
