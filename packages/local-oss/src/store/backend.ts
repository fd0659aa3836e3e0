import type { Readable } from 'node:stream';
import type { BucketSettings, ObjectVersion } from './object-store.ts';

/** Stored bytes. */
export interface Blob {
  readonly size: number;
  /** Name that finds the bytes again after a restart. */
  readonly name: string;
  read(start: number, end: number): Readable;
  remove(): void;
}

/** Bytes on their way in. Ends in exactly one of `finish` and `discard`. */
export interface BlobWriter {
  write(chunk: Buffer): Promise<void>;
  /** Resolves when the bytes are durable. */
  finish(): Promise<Blob>;
  discard(): Promise<void>;
}

/** A version as it was found at the start; delete markers have no bytes. */
export interface LoadedObject {
  readonly info: ObjectVersion;
  readonly blob?: Blob;
}

/** A bucket as it was found at the start. */
export interface LoadedBucket {
  readonly name: string;
  readonly creationDate: Date;
  readonly settings: BucketSettings;
  readonly objects: readonly LoadedObject[];
}

/** Storage of bytes and descriptions. `save...` and `remove...` return when the change is durable. */
export interface Backend {
  load(): readonly LoadedBucket[];
  saveBucket(name: string, creationDate: Date, settings: BucketSettings): void;
  removeBucket(name: string): void;
  newBlob(bucket: string): Promise<BlobWriter>;
  /** Appends to stored bytes. Only the resulting blob has the new ones; `discard` drops them. */
  extendBlob(bucket: string, blob: Blob): Promise<BlobWriter>;
  /** Keeps a version, in place of what had its key and version id. */
  saveObject(bucket: string, info: ObjectVersion, blob?: Blob): void;
  removeObject(bucket: string, info: ObjectVersion): void;
}
