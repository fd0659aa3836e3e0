import { Failure } from '../failure.ts';
import type { Backend, Blob, BlobWriter, LoadedBucket } from './backend.ts';
import { createUploads } from './create-uploads.ts';
import { createKeyOrder, lowerBound } from './key-order.ts';
import { noSuchBucket } from './no-such-bucket.ts';
import type { Bucket, BucketSettings, NewObject, ObjectFacts, ObjectInfo, StoredObject } from './object-store.ts';
import { receive } from './receive.ts';

interface Entry {
  readonly info: ObjectInfo;
  readonly blob: Blob;
}

/** Makes a bucket over a backend. */
export function createBucket(loaded: LoadedBucket, backend: Backend): Bucket {
  const { name, creationDate } = loaded;
  let { settings } = loaded;
  const objects = new Map<string, Entry>(loaded.objects.map((object) => [object.info.key, object]));
  const order = createKeyOrder(() => objects.keys());

  let ended = false;
  const newBlob = async (): Promise<BlobWriter> => {
    if (ended) throw noSuchBucket(name);
    return backend.newBlob(name);
  };

  const commit = (entry: Entry): void => {
    const { key } = entry.info;
    backend.saveObject(name, entry.info, entry.blob);
    const old = objects.get(key);
    objects.set(key, entry);
    if (old === undefined) order.changed();
    else if (old.blob !== entry.blob) old.blob.remove();
  };
  const isForbidden = ({ key, forbidOverwrite }: NewObject): boolean => forbidOverwrite === true && objects.has(key);
  const put = async (object: NewObject): Promise<ObjectInfo> => {
    if (isForbidden(object)) throw alreadyExists(object.key);
    const { blob, md5, crc64 } = await receive(object, newBlob).catch((error: unknown) => {
      throw ended ? noSuchBucket(name) : error;
    });
    // Asked again: another upload, or the bucket's end, may have come first while this one's bytes arrived.
    if (ended || isForbidden(object)) {
      blob.remove();
      throw ended ? noSuchBucket(name) : alreadyExists(object.key);
    }
    const info: ObjectInfo = {
      key: object.key,
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

  return {
    name,
    creationDate,
    get settings(): BucketSettings {
      return settings;
    },
    configure(changes): void {
      settings = { ...settings, ...changes };
      backend.saveBucket(name, creationDate, settings);
    },
    dropPolicy(): void {
      const { policy: _policy, policyText: _text, ...others } = settings;
      settings = others;
      backend.saveBucket(name, creationDate, settings);
    },
    end(): void {
      ended = true;
    },
    get(key): StoredObject | undefined {
      const entry = objects.get(key);
      return entry && { ...entry.info, read: (start, end) => entry.blob.read(start, end) };
    },
    put,
    update(key, changes): boolean {
      const entry = objects.get(key);
      if (entry === undefined) return false;
      commit({ info: { ...entry.info, ...changes }, blob: entry.blob });
      return true;
    },
    delete(key): void {
      const entry = objects.get(key);
      if (entry === undefined) return;
      backend.removeObject(name, key);
      objects.delete(key);
      order.changed();
      entry.blob.remove();
    },
    *list(from = ''): Iterable<ObjectInfo> {
      const keys = order.sorted();
      for (let index = lowerBound(keys, from); index < keys.length; index += 1) {
        const entry = objects.get(keys[index] ?? '');
        if (entry !== undefined) yield entry.info;
      }
    },
    uploads: createUploads({ newBlob, put }),
  };
}

function alreadyExists(key: string): Failure {
  return new Failure({
    status: 409,
    code: 'FileAlreadyExists',
    message: 'The object you specified already exists and can not be overwritten.',
    details: { Key: key },
  });
}

function factsOf(object: NewObject, settings: BucketSettings): ObjectFacts {
  const { headers, type, storageClass, acl, target } = object;
  return {
    headers: headers ?? new Map(),
    type: type ?? 'Normal',
    storageClass: storageClass ?? settings.storageClass,
    acl: acl ?? 'default',
    ...(target === undefined ? {} : { target }),
  };
}
