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
  /** Ended by who takes it, also when it is refused half way. */
  readonly body: AsyncIterable<Buffer>;
  /** Expected length in bytes; absent for chunked bodies. */
  readonly length?: number;
  /** Base64; the bytes are refused when their MD5 differs. */
  readonly expectedMd5?: string;
  /** Most bytes that one request may bring. @default no limit */
  readonly maxBytes?: number;
}

/** What an upload says of the object that it makes. */
export interface UploadFacts extends Partial<ObjectFacts> {
  /** Refuses when there is such an object by the time that this one is whole. */
  readonly forbidOverwrite?: boolean;
}

/** A new object as it arrives. */
export interface NewObject extends Incoming, UploadFacts {
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

/** Which pages may show a bucket's objects, by the `Referer` of who asks without an Authorization header. */
export interface RefererRules {
  readonly allowEmpty: boolean;
  /** Patterns that a referer must begin with: `http://www.example.com`, `*.example.com`. Empty: all may. */
  readonly allowed: readonly string[];
  /** Patterns that it must not begin with. @default none */
  readonly denied?: readonly string[];
  /** Whether a referer's query is left out of the comparison. @default true */
  readonly truncateQuery?: boolean;
  /** Whether its path is, too. @default false */
  readonly truncatePath?: boolean;
}

/** Settings that are kept as they were put, and have no effect here. */
export type DocumentName = 'logging' | 'website' | 'lifecycle' | 'tagging';

/** What is set on a bucket. */
export interface BucketSettings {
  readonly acl: Acl;
  readonly policy?: PolicyDocument;
  /** The policy's text as it was put. */
  readonly policyText?: string;
  readonly cors: readonly CorsRule[];
  /** Whether every answer says `Vary: Origin`. @default only answers to other origins */
  readonly corsVary?: boolean;
  readonly referer?: RefererRules;
  /** What objects get that are given no other. */
  readonly storageClass: StorageClass;
  readonly redundancy: 'LRS' | 'ZRS';
  /** XML by name. */
  readonly documents: Readonly<Partial<Record<DocumentName, string>>>;
}

/** What a bucket has until it is given something else. */
export const DEFAULT_SETTINGS: BucketSettings = {
  acl: 'private',
  cors: [],
  storageClass: 'Standard',
  redundancy: 'LRS',
  documents: {},
};

/** A bucket and its objects. */
export interface Bucket {
  readonly name: string;
  readonly creationDate: Date;
  readonly settings: BucketSettings;
  configure(changes: Partial<BucketSettings>): void;
  /** Takes the policy away. */
  dropPolicy(): void;
  /** Ends the bucket: what is still arriving for it is refused. The store calls it. */
  end(): void;
  get(key: string): StoredObject | undefined;
  /** Stores the whole object or nothing. @throws Failure FileAlreadyExists */
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

/** How the parts of an upload become an object. */
export interface CompleteOptions {
  readonly numbers: readonly number[];
  readonly lastModified: Date;
  readonly forbidOverwrite?: boolean;
}

/** Uploads in parts of one bucket. They are forgotten when the server ends. */
export interface Uploads {
  begin(key: string, facts: UploadFacts): string;
  /** Ids, in no particular order. */
  list(): readonly string[];
  /** Key of an upload; `undefined` when there is no such upload. */
  keyOf(uploadId: string): string | undefined;
  put(uploadId: string, number: number, incoming: Incoming & { readonly lastModified: Date }): Promise<Part>;
  parts(uploadId: string): readonly Part[];
  /** Makes the object of some parts. For everybody else the upload is over from here on, unless it fails. */
  complete(uploadId: string, options: CompleteOptions): Promise<ObjectInfo>;
  abort(uploadId: string): void;
}

/** All buckets. */
export interface ObjectStore {
  bucket(name: string): Bucket | undefined;
  /** Returns the bucket, made if there is none. */
  create(name: string, creationDate: Date): Bucket;
  list(): readonly Bucket[];
  /** Removes a bucket with all that is in it. */
  remove(name: string): void;
}
