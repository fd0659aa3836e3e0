import type { Readable } from 'node:stream';
import type { Acl } from '../access/authorize.ts';

/** Facts of a stored object. */
export interface ObjectInfo {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
  /** With quotes, as sent. */
  readonly etag: string;
  readonly crc64: bigint;
  /** Base64, as sent in `Content-MD5`. */
  readonly md5: string;
  /** Headers kept with the object: `Content-Type`, `x-oss-meta-*` and their like. Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
}

/** A stored object, open for reading. */
export interface StoredObject extends ObjectInfo {
  /** Bytes `start` to `end`, both included, counted from 0. */
  read(start: number, end: number): Readable;
}

/** A new object as it arrives. */
export interface NewObject {
  readonly key: string;
  readonly body: Readable;
  /** Expected length in bytes; absent for chunked bodies. */
  readonly length?: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly lastModified: Date;
  /** Base64; the object is refused when its content differs. */
  readonly expectedMd5?: string;
}

/** A bucket and its objects. */
export interface Bucket {
  readonly name: string;
  readonly creationDate: Date;
  acl: Acl;
  get(key: string): StoredObject | undefined;
  /** Stores the whole object or nothing. */
  put(object: NewObject): Promise<ObjectInfo>;
  delete(key: string): void;
  /** All objects, by key in byte order. */
  list(): readonly ObjectInfo[];
}

/** All buckets. */
export interface ObjectStore {
  bucket(name: string): Bucket | undefined;
  /** Returns the bucket, made if there is none. */
  create(name: string, creationDate: Date): Bucket;
  delete(name: string): void;
  list(): readonly Bucket[];
}
