import type { Backend, LoadedBucket } from './backend.ts';
import { createBucket } from './create-bucket.ts';
import { compareUtf8 } from './key-order.ts';
import { DEFAULT_SETTINGS, type Bucket, type ObjectStore } from './object-store.ts';

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
