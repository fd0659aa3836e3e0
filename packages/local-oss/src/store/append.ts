import { randomBytes } from 'node:crypto';
import { defined } from '@ossgrant/credentials-core/internal';
import { EC } from '../http/ec.ts';
import { Refusal } from '../http/refusal.ts';
import type { Blob, BlobWriter } from './backend.ts';
import type { Appended, ObjectVersion } from './object-store.ts';
import { receive, tooLarge, MAX_PUT_BYTES } from './receive.ts';
import type { Entry } from './versions.ts';

/** The part of a bucket that appending uses. */
export interface AppendOptions {
  current(key: string): Entry | undefined;
  newBlob(): Promise<BlobWriter>;
  extendBlob(blob: Blob): Promise<BlobWriter>;
  /** Description of an object that has no bytes yet. */
  describe(bytes: Appended): ObjectVersion;
  commit(entry: Entry): void;
}

/** Adds bytes to objects: one request at a time for each key, so that no two write to one place. */
export function createAppender(options: AppendOptions): (bytes: Appended) => Promise<ObjectVersion> {
  const running = new Map<string, Promise<unknown>>();
  return async (bytes) => {
    const turn = (running.get(bytes.key) ?? Promise.resolve()).then(() => append(bytes, options));
    const settled = turn.catch(() => undefined);
    running.set(bytes.key, settled);
    return turn.finally(() => {
      if (running.get(bytes.key) === settled) running.delete(bytes.key);
    });
  };
}

async function append(bytes: Appended, options: AppendOptions): Promise<ObjectVersion> {
  const { key, position, lastModified } = bytes;
  const before = appendable(options.current(key), position);
  if (position + (bytes.length ?? 0) > MAX_PUT_BYTES) throw tooLarge(MAX_PUT_BYTES);
  const open = (): Promise<BlobWriter> => (before === undefined ? options.newBlob() : options.extendBlob(before.blob));
  const incoming = { ...bytes, maxBytes: MAX_PUT_BYTES - position };
  const isOutrun = (): boolean => {
    const now = options.current(key);
    // A delete marker is something, too, although it has no bytes.
    return before === undefined ? now !== undefined : now?.blob !== before.blob;
  };
  const { blob, crc64 } = await receive(incoming, open, before?.info.crc64).catch((error: unknown) => {
    // The bytes that there were may have gone before they could be opened.
    throw isOutrun() ? outrun(options.current(key), position) : error;
  });
  // Asked again: while the bytes came the object may have been replaced or deleted, and these would belong to nothing.
  const now = options.current(key);
  if (isOutrun()) {
    if (before === undefined) blob.remove();
    throw outrun(now, position);
  }
  const adds = before === undefined || blob.size > position;
  if (!adds && bytes.facts.acl === undefined) return now?.info ?? before.info;
  const info: ObjectVersion = {
    ...(now?.info ?? options.describe(bytes)),
    // Of a later append only the ACL counts.
    ...defined({ acl: bytes.facts.acl ?? now?.info.acl }),
    type: 'Appendable',
    size: blob.size,
    crc64,
    lastModified,
    // Not the MD5 of the content, and another one each time.
    etag: `"${randomBytes(16).toString('hex').toUpperCase()}"`,
  };
  options.commit({ info, blob });
  return info;
}

function appendable(entry: Entry | undefined, position: number): Required<Entry> | undefined {
  if (entry === undefined) {
    if (position !== 0) throw wrongPosition(0);
    return undefined;
  }
  const { info, blob } = entry;
  if (info.type !== 'Appendable' || blob === undefined) {
    throw new Refusal({ status: 409, code: 'ObjectNotAppendable', message: 'The object is not appendable' });
  }
  if (position !== info.size) throw wrongPosition(info.size);
  return { info, blob };
}

function outrun(now: Entry | undefined, position: number): Refusal {
  appendable(now, position);
  return wrongPosition(now?.info.size ?? 0);
}

function wrongPosition(size: number): Refusal {
  return new Refusal({
    status: 409,
    code: 'PositionNotEqualToLength',
    message: 'Position is not equal to file length',
    ec: EC.positionNotLength,
    headers: { 'x-oss-next-append-position': String(size) },
  });
}
