import type { Readable } from 'node:stream';
import type { CorsSettings, RefererRules } from '../access/origins.ts';
import type { Acl, ObjectAcl, PolicyDocument } from '../access/policy.ts';
import type { IsBefore } from './key-index.ts';

export const CLASSES: readonly string[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'];

export function isStorageClass(text: string): text is StorageClass {
  return CLASSES.includes(text);
}

/** Storage classes that OSS knows. */
export type StorageClass = 'Standard' | 'IA' | 'Archive' | 'ColdArchive' | 'DeepColdArchive';

/** Facts about an object beside its bytes. */
export interface ObjectFacts {
  /** Headers kept with the object: `Content-Type`, `x-oss-meta-*` and their like. Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly type: 'Normal' | 'Multipart' | 'Appendable' | 'Symlink';
  readonly storageClass: StorageClass;
  readonly acl: ObjectAcl;
  /** By key, in order. @default none */
  readonly tags?: ReadonlyMap<string, string>;
  /** Symlinks only: the key they point to. */
  readonly target?: string;
  /** Archived objects only: when a copy is, and how long it stays, readable. */
  readonly restore?: { readonly readyAt: Date; readonly expiresAt: Date };
}

/** The description of a stored version: of an object, or of a delete marker, which has no size and no bytes. */
export interface ObjectVersion extends ObjectFacts {
  readonly key: string;
  /** `null` for what was stored while versioning was not enabled. */
  readonly versionId: string;
  /** Order in which the bucket's versions came to be. */
  readonly sequence: number;
  readonly deleteMarker?: true;
  readonly size: number;
  readonly lastModified: Date;
  /** With quotes, as sent. */
  readonly etag: string;
  readonly crc64: bigint;
  /** Base64, as sent in `Content-MD5`; absent for objects made of several uploads. */
  readonly md5?: string;
}

/** A stored object, open for reading. */
export interface StoredObject extends ObjectVersion {
  /** Bytes `start` to `end`, both included, counted from 0. Must be called in the tick that `get` was. */
  read(start: number, end: number): Readable;
}

/** Bytes as they arrive. */
export interface Incoming {
  /** Whoever takes it ends it, also on refusing it half way. */
  readonly body: AsyncIterable<Buffer>;
  /** Expected length in bytes; absent for chunked bodies. */
  readonly length?: number;
  /** Base64; the bytes are refused when their MD5 differs. */
  readonly expectedMd5?: string;
  /** Most bytes that one request may bring. @default no limit */
  readonly maxBytes?: number;
}

/** Facts about an object that its upload sets. */
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

/** Settings that are kept as they were put. */
export type DocumentName =
  | 'logging'
  | 'website'
  | 'lifecycle'
  | 'tagging'
  | 'encryption'
  | 'publicAccessBlock'
  | 'requestPayment'
  | 'transferAcceleration'
  | 'accessmonitor'
  | 'httpsConfig'
  | 'resourceGroup'
  | 'bucketArchiveDirectRead';

/** More bytes for an object. */
export interface Appended extends Incoming {
  readonly key: string;
  /** Must be the object's length. */
  readonly position: number;
  readonly lastModified: Date;
  /** Used when this creates the object; later only its ACL counts. */
  readonly facts: UploadFacts;
}

/** The result of a deletion. */
export interface Deleted {
  /** The version that is gone, or the delete marker that was made; absent when there was nothing, or no versioning. */
  readonly versionId?: string;
  /** Whether that version is a delete marker. */
  readonly deleteMarker: boolean;
}

/** Settings of a bucket. */
export interface BucketSettings extends CorsSettings {
  readonly acl: Acl;
  /** Absent until versioning is enabled for the first time: it can be suspended then, never taken back. */
  readonly versioning?: 'Enabled' | 'Suspended';
  readonly policy?: PolicyDocument;
  /** The policy's text as it was put. */
  readonly policyText?: string;
  readonly referer?: RefererRules;
  /** Storage class of objects that name none. */
  readonly storageClass: StorageClass;
  readonly redundancy: 'LRS' | 'ZRS';
  /** XML by name. */
  readonly documents: Readonly<Partial<Record<DocumentName, string>>>;
}

/** Settings of a new bucket. */
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
  /** Ends the bucket: uploads still in progress are refused. Called by the store. */
  end(): void;
  /** The current version, or the one named; a delete marker is one too. */
  version(key: string, versionId?: string): ObjectVersion | undefined;
  /** The object in the current version, or in the one named; none for a delete marker. */
  get(key: string, versionId?: string): StoredObject | undefined;
  /** Stores the whole object or nothing. @throws Refusal FileAlreadyExists */
  put(object: NewObject): Promise<ObjectVersion>;
  /** Adds bytes at the end of an object. @throws Refusal PositionNotEqualToLength, ObjectNotAppendable */
  append(bytes: Appended): Promise<ObjectVersion>;
  /** Changes the facts about an object, not its bytes. @returns whether the object exists */
  update(key: string, changes: Partial<ObjectFacts> & { readonly lastModified?: Date }, versionId?: string): boolean;
  /** Removes an object, or hides it behind a delete marker where there is versioning; or removes one version. */
  delete(key: string, now: Date, versionId?: string): Deleted;
  /** Objects in their current versions, in byte order of their keys. @param isBefore what to leave out at the start */
  list(isBefore?: IsBefore): Iterable<ObjectVersion>;
  /** All versions, in byte order of their keys, the newest first. */
  listVersions(isBefore?: IsBefore): Iterable<ObjectVersion>;
  /** Uploads in parts that were begun and neither completed nor aborted. */
  readonly uploads: Uploads;
}

/** One part of an upload. */
export interface Part {
  readonly number: number;
  readonly size: number;
  readonly etag: string;
  /** Base64, as sent in `Content-MD5`. */
  readonly md5: string;
  readonly crc64: bigint;
  readonly lastModified: Date;
}

/** How the parts of an upload become an object. */
export interface CompleteOptions {
  readonly numbers: readonly number[];
  /** @default the one that the upload began with */
  readonly acl?: ObjectAcl;
  readonly lastModified: Date;
  readonly forbidOverwrite?: boolean;
}

/** An upload that is going on. */
export interface BegunUpload {
  readonly id: string;
  readonly key: string;
  readonly initiated: Date;
}

/** Uploads in parts of one bucket. They are forgotten when the server ends. */
export interface Uploads {
  /** @returns the upload's id */
  begin(key: string, facts: UploadFacts, initiated: Date): string;
  /** In no particular order. */
  list(): readonly BegunUpload[];
  /** Facts from the start of an upload; `undefined` when it does not exist. */
  factsOf(uploadId: string): UploadFacts | undefined;
  /** Key of an upload; `undefined` when the upload does not exist. */
  keyOf(uploadId: string): string | undefined;
  put(uploadId: string, number: number, incoming: Incoming & { readonly lastModified: Date }): Promise<Part>;
  parts(uploadId: string): readonly Part[];
  /** Makes the object of some parts. For everybody else the upload is over from here on, unless it fails. */
  complete(uploadId: string, options: CompleteOptions): Promise<ObjectVersion>;
  abort(uploadId: string): void;
}

/** All buckets. */
export interface ObjectStore {
  bucket(name: string): Bucket | undefined;
  /** Returns the bucket, created if missing. */
  create(name: string, creationDate: Date): Bucket;
  list(): readonly Bucket[];
  /** Removes a bucket with all that is in it. */
  remove(name: string): void;
}
