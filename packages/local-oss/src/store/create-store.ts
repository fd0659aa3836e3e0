import { defined } from '@ossgrant/credentials-core/internal';
import { randomBytes } from 'node:crypto';
import { EC } from '../http/ec.ts';
import { Refusal, noSuchBucket } from '../http/refusal.ts';
import { createAppender } from './append.ts';
import type { Backend, BlobWriter, LoadedBucket } from './backend.ts';
import { type IsBefore, compareUtf8 } from './key-index.ts';
import {
  type Bucket,
  type BucketSettings,
  type Deleted,
  type Incoming,
  type NewObject,
  type ObjectFacts,
  type ObjectVersion,
  type StoredObject,
  type UploadFacts,
  DEFAULT_SETTINGS,
  type ObjectStore,
} from './object-store.ts';
import { receive, type Received } from './receive.ts';
import { createUploads } from './uploads.ts';
import { createVersions, type Entry } from './versions.ts';

const FROM_THE_START: IsBefore = () => false;

/** Creates a bucket over a backend. */
export function createBucket(loaded: LoadedBucket, backend: Backend): Bucket {
  const { name, creationDate } = loaded;
  let { settings } = loaded;
  const versions = createVersions(loaded.objects);
  let ended = false;
  // A request that was let in before the bucket's end must not write after it: another of the name may be there by then.
  const assertLasts = (): void => {
    if (ended) throw noSuchBucket(name);
  };
  const orEnded = (error: unknown): never => {
    throw ended ? noSuchBucket(name) : error;
  };
  const newBlob = async (): Promise<BlobWriter> => {
    assertLasts();
    return backend.newBlob(name);
  };
  const take = (incoming: Incoming): Promise<Received> => receive(incoming, newBlob).catch(orEnded);
  const save = (changed: BucketSettings): void => {
    assertLasts();
    settings = changed;
    backend.saveBucket(name, creationDate, settings);
  };
  const commit = (entry: Entry): void => {
    assertLasts();
    backend.saveObject(name, entry.info, entry.blob);
    const old = versions.set(entry)?.blob;
    if (old !== undefined && old.name !== entry.blob?.name) old.remove();
  };
  const drop = (entry: Entry): void => {
    backend.removeObject(name, entry.info);
    versions.remove(entry);
    entry.blob?.remove();
  };
  const isVersioned = (): boolean => settings.versioning !== undefined;
  /** Begins every new version: it takes the place of none, or of the one that is called `null`. */
  const identity = (key: string): Pick<ObjectVersion, 'key' | 'versionId' | 'sequence'> => ({
    key,
    versionId: settings.versioning === 'Enabled' ? newVersionId() : 'null',
    sequence: versions.nextSequence(),
  });
  const isForbidden = ({ key, forbidOverwrite }: NewObject): boolean =>
    forbidOverwrite === true && !isVersioned() && versions.find(key) !== undefined;

  const put = async (object: NewObject): Promise<ObjectVersion> => {
    if (isForbidden(object)) throw alreadyExists(object.key);
    const { blob, md5, crc64 } = await take(object);
    // Asked again: another upload, or the bucket's end, may have come first while this one's bytes arrived.
    if (ended || isForbidden(object)) {
      blob.remove();
      throw ended ? noSuchBucket(name) : alreadyExists(object.key);
    }
    const info: ObjectVersion = {
      ...identity(object.key),
      size: blob.size,
      lastModified: object.lastModified,
      etag: object.etag ?? `"${md5.toString('hex').toUpperCase()}"`,
      crc64,
      ...(object.type === 'Multipart' ? {} : { md5: md5.toString('base64') }),
      ...factsOf(object, settings),
    };
    commit({ info, blob });
    return info;
  };
  const append = createAppender({
    current: (key) => versions.find(key),
    newBlob,
    extendBlob: (blob) => backend.extendBlob(name, blob),
    describe: ({ key, facts, lastModified }) => {
      return { ...identity(key), size: 0, crc64: 0n, etag: '', lastModified, ...factsOf(facts, settings) };
    },
    commit,
  });
  const remove = (key: string, now: Date, versionId?: string): Deleted => {
    const found = versions.find(key, versionId);
    if (versionId === undefined && isVersioned()) {
      const nothing = { size: 0, crc64: 0n, etag: '', lastModified: now, ...factsOf({}, settings) };
      const info: ObjectVersion = { ...identity(key), ...nothing, deleteMarker: true };
      commit({ info });
      return { versionId: info.versionId, deleteMarker: true };
    }
    if (found === undefined) return { deleteMarker: false };
    drop(found);
    return { versionId: found.info.versionId, deleteMarker: found.info.deleteMarker === true };
  };

  return {
    name,
    creationDate,
    get settings(): BucketSettings {
      return settings;
    },
    configure: (changes) => save({ ...settings, ...changes }),
    dropPolicy(): void {
      const { policy: _policy, policyText: _text, ...others } = settings;
      save(others);
    },
    end(): void {
      ended = true;
    },
    version: (key, versionId) => versions.find(key, versionId)?.info,
    get(key, versionId): StoredObject | undefined {
      const { info, blob } = versions.find(key, versionId) ?? {};
      return info && blob && { ...info, read: (start, end) => blob.read(start, end) };
    },
    put,
    append: (bytes) => append(bytes).catch(orEnded),
    update(key, changes, versionId): boolean {
      const entry = versions.find(key, versionId);
      if (entry?.blob === undefined) return false;
      commit({ info: { ...entry.info, ...changes }, blob: entry.blob });
      return true;
    },
    delete: remove,
    *list(isBefore = FROM_THE_START): Iterable<ObjectVersion> {
      for (const key of versions.keys(isBefore)) {
        const entry = versions.find(key);
        if (entry?.blob !== undefined) yield entry.info;
      }
    },
    *listVersions(isBefore = FROM_THE_START): Iterable<ObjectVersion> {
      for (const key of versions.keys(isBefore)) for (const { info } of versions.of(key)) yield info;
    },
    uploads: createUploads({ take, put }),
  };
}

function newVersionId(): string {
  return `CAEQ${randomBytes(28).toString('hex').toUpperCase()}`;
}

function alreadyExists(key: string): Refusal {
  return new Refusal({
    status: 409,
    code: 'FileAlreadyExists',
    message: 'The object you specified already exists and can not be overwritten.',
    ec: EC.fileAlreadyExists,
    details: { Key: key },
  });
}

function factsOf(facts: UploadFacts, settings: BucketSettings): ObjectFacts {
  const { headers, type, storageClass, acl, target, tags } = facts;
  return {
    headers: headers ?? new Map(),
    type: type ?? 'Normal',
    storageClass: storageClass ?? settings.storageClass,
    acl: acl ?? 'default',
    ...defined({ tags, target }),
  };
}

/** Creates a store over a backend, with the buckets that the backend holds. */
export function createStore(backend: Backend): ObjectStore {
  const buckets = new Map<string, Bucket>();
  const add = (loaded: LoadedBucket): Bucket => {
    const bucket = createBucket(loaded, backend);
    buckets.set(bucket.name, bucket);
    return bucket;
  };
  for (const loaded of backend.load()) add(loaded);
  return {
    bucket: (name) => buckets.get(name),
    create(name, creationDate): Bucket {
      const existing = buckets.get(name);
      if (existing !== undefined) return existing;
      backend.saveBucket(name, creationDate, DEFAULT_SETTINGS);
      return add({ name, creationDate, settings: DEFAULT_SETTINGS, objects: [] });
    },
    remove(name): void {
      buckets.get(name)?.end();
      backend.removeBucket(name);
      buckets.delete(name);
    },
    list: () => [...buckets.values()].sort((a, b) => compareUtf8(a.name, b.name)),
  };
}
