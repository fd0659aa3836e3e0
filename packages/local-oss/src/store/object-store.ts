import type { Readable } from 'node:stream';
import type { Acl, ObjectAcl } from '../access/acl.ts';
import type { PolicyDocument } from '../access/policy.ts';

/** Storage classes that OSS knows. */
export type StorageClass = 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive';

/** What can be said of an object without its bytes. */
export interface ObjectFacts {
  /** Headers kept with the object: `Content-Type`, `x-oss-meta-*` and their like. Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly type: 'Normal' | 'Multipart' | 'Symlink';
  readonly storageClass: StorageClass;
  readonly acl: ObjectAcl;
  /** Symlinks only: the key they point to. */
  readonly target?: string;
  /** Archived objects only: when a copy is, and how long it stays, readable. */
  readonly restore?: { readonly readyAt: Date; readonly expiresAt: Date };
}

/** A stored object's description. */
export interface ObjectInfo extends ObjectFacts {
  readonly key: string;
  readonly size: number;
  readonly lastModified: Date;
  /** With quotes, as sent. */
  readonly etag: string;
  readonly crc64: bigint;
  /** Base64, as sent in `Content-MD5`; absent for multipart objects. */
  readonly md5?: string;
}

/** A stored object, open for reading. */
export interface StoredObject extends ObjectInfo {
  /** Bytes `start` to `end`, both included, counted from 0. Must be called in the tick that `get` was. */
  read(start: number, end: number): Readable;
}

/** Bytes as they arrive. */
export interface Incoming {
  readonly body: Readable;
  /** Expected length in bytes; absent for chunked bodies. */
  readonly length?: number;
  /** Base64; the bytes are refused when their MD5 differs. */
  readonly expectedMd5?: string;
}

/** A new object as it arrives. */
export interface NewObject extends Incoming, Partial<ObjectFacts> {
  readonly key: string;
  readonly lastModified: Date;
  /** @default the MD5 in hex */
  readonly etag?: string;
}

/** A rule for other origins. */
export interface CorsRule {
  /** `*` or `https://*.example.com`. */
  readonly allowedOrigins: readonly string[];
  readonly allowedMethods: readonly string[];
  /** @default none */
  readonly allowedHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAgeSeconds?: number;
}

/** What is set on a bucket. */
export interface BucketSettings {
  readonly acl: Acl;
  readonly policy?: PolicyDocument;
  readonly cors: readonly CorsRule[];
}

/** A bucket and its objects. */
export interface Bucket {
  readonly name: string;
  readonly creationDate: Date;
  readonly settings: BucketSettings;
  configure(changes: Partial<BucketSettings>): void;
  get(key: string): StoredObject | undefined;
  /** Stores the whole object or nothing. */
  put(object: NewObject): Promise<ObjectInfo>;
  /** Changes what is said of an object, not its bytes. @returns whether there is one */
  update(key: string, changes: Partial<ObjectFacts>): boolean;
  delete(key: string): void;
  /** Objects by key in byte order, from the first key that is not before `from`. */
  list(from?: string): Iterable<ObjectInfo>;
  /** Uploads in parts that were begun and neither completed nor aborted. */
  readonly uploads: Uploads;
}

/** One part of an upload. */
export interface Part {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  readonly crc64: bigint;
  readonly lastModified: Date;
}

/** Uploads in parts of one bucket. They are forgotten when the server ends. */
export interface Uploads {
  begin(key: string, facts: Partial<ObjectFacts>): string;
  /** Key of an upload; `undefined` when there is no such upload. */
  keyOf(uploadId: string): string | undefined;
  put(uploadId: string, number: number, incoming: Incoming & { readonly lastModified: Date }): Promise<Part>;
  parts(uploadId: string): readonly Part[];
  /** Makes the object of the parts with these numbers. */
  complete(uploadId: string, numbers: readonly number[], lastModified: Date): Promise<ObjectInfo>;
  abort(uploadId: string): void;
}

/** All buckets. */
export interface ObjectStore {
  bucket(name: string): Bucket | undefined;
  /** Returns the bucket, made if there is none. */
  create(name: string, creationDate: Date): Bucket;
  list(): readonly Bucket[];
}
