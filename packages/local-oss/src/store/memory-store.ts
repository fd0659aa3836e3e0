import { Readable } from 'node:stream';
import type { Acl } from '../access/authorize.ts';
import { Failure } from '../failure.ts';
import { createChecksums } from './checksums.ts';
import type { Bucket, NewObject, ObjectInfo, ObjectStore, StoredObject } from './object-store.ts';

const READ_CHUNK = 1 << 20;

/** Keeps everything in memory: the default, gone with the server. */
export function createMemoryStore(): ObjectStore {
  const buckets = new Map<string, Bucket>();
  return {
    bucket: (name) => buckets.get(name),
    create(name, creationDate): Bucket {
      const bucket = buckets.get(name) ?? createBucket(name, creationDate);
      buckets.set(name, bucket);
      return bucket;
    },
    delete: (name) => void buckets.delete(name),
    list: () => [...buckets.values()].sort((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name))),
  };
}

function createBucket(name: string, creationDate: Date): Bucket {
  const objects = new Map<string, StoredObject>();
  return {
    name,
    creationDate,
    acl: 'private' as Acl,
    get: (key) => objects.get(key),
    async put(object): Promise<ObjectInfo> {
      const stored = await receive(object);
      objects.set(object.key, stored);
      return stored;
    },
    delete: (key) => void objects.delete(key),
    list: () => [...objects.values()].sort((a, b) => Buffer.compare(Buffer.from(a.key), Buffer.from(b.key))),
  };
}

async function receive(object: NewObject): Promise<StoredObject> {
  const checksums = createChecksums();
  const chunks: Buffer[] = [];
  for await (const chunk of object.body as AsyncIterable<Buffer>) {
    checksums.update(chunk);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  if (object.length !== undefined && bytes.length !== object.length) {
    throw new Failure({ status: 400, code: 'IncompleteBody', message: 'The request body is incomplete.' });
  }
  const { md5, crc64 } = checksums.finish();
  const base64 = md5.toString('base64');
  if (object.expectedMd5 !== undefined && object.expectedMd5 !== base64) {
    throw new Failure({
      status: 400,
      code: 'InvalidDigest',
      message: 'The Content-MD5 you specified was invalid.',
      ec: '0017-00000604',
    });
  }
  return {
    key: object.key,
    size: bytes.length,
    lastModified: object.lastModified,
    etag: `"${md5.toString('hex').toUpperCase()}"`,
    crc64,
    md5: base64,
    headers: object.headers,
    read: (start, end) => Readable.from(slices(bytes, start, end), { objectMode: false, highWaterMark: READ_CHUNK }),
  };
}

function* slices(bytes: Buffer, start: number, end: number): Generator<Buffer> {
  for (let at = start; at <= end; at += READ_CHUNK) yield bytes.subarray(at, Math.min(at + READ_CHUNK, end + 1));
}
