import type { Backend, LoadedBucket } from './backend.ts';
import { createBucket } from './create-bucket.ts';
import { compareUtf8 } from './key-order.ts';
import type { Bucket, ObjectStore } from './object-store.ts';

/** Makes a store over a backend, with what the backend has kept. */
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
      const settings = { acl: 'private', cors: [] } as const;
      backend.saveBucket(name, creationDate, settings);
      return add({ name, creationDate, settings, objects: [] });
    },
    list: () => [...buckets.values()].sort((a, b) => compareUtf8(a.name, b.name)),
  };
}
