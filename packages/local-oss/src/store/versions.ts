import type { Blob } from './backend.ts';
import { createKeyIndex, type IsBefore } from './key-index.ts';
import type { ObjectVersion } from './object-store.ts';

/** A version of an object, or a delete marker, which has no bytes. */
export interface Entry {
  readonly info: ObjectVersion;
  readonly blob?: Blob;
}

/** All versions of all objects of a bucket, in memory. */
export interface Versions {
  /** Versions of one key, the newest first; empty for an unknown key. */
  of(key: string): readonly Entry[];
  /** The current version, or the one of that id. */
  find(key: string, versionId?: string): Entry | undefined;
  /** Adds a version. @returns the one of the same id that it takes the place of */
  set(entry: Entry): Entry | undefined;
  remove(entry: Entry): void;
  keys(isBefore: IsBefore): Iterable<string>;
  /** Greater than that of every version so far. */
  nextSequence(): number;
}

export function createVersions(loaded: readonly Entry[]): Versions {
  const byKey = new Map<string, readonly Entry[]>();
  let last = 0;
  const insert = (entry: Entry, others: readonly Entry[]): void => {
    last = Math.max(last, entry.info.sequence);
    const newestFirst = [entry, ...others].sort((a, b) => b.info.sequence - a.info.sequence);
    byKey.set(entry.info.key, newestFirst);
  };
  for (const entry of loaded) insert(entry, byKey.get(entry.info.key) ?? []);
  const index = createKeyIndex(byKey.keys());
  const of = (key: string): readonly Entry[] => byKey.get(key) ?? [];
  const find = (key: string, versionId?: string): Entry | undefined =>
    versionId === undefined ? of(key)[0] : of(key).find(({ info }) => info.versionId === versionId);
  return {
    of,
    find,
    set(entry): Entry | undefined {
      const { key, versionId } = entry.info;
      const old = find(key, versionId);
      if (!byKey.has(key)) index.add(key);
      insert(
        entry,
        of(key).filter((other) => other !== old),
      );
      return old;
    },
    remove({ info: { key, versionId } }): void {
      const others = of(key).filter(({ info }) => info.versionId !== versionId);
      if (others.length > 0) {
        byKey.set(key, others);
        return;
      }
      byKey.delete(key);
      index.remove(key);
    },
    keys: (isBefore) => index.from(isBefore),
    nextSequence: () => last + 1,
  };
}
