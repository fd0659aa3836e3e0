import { compareUtf8 } from '../store/key-order.ts';
import type { Bucket, ObjectInfo } from '../store/object-store.ts';

/** What is to be listed. */
export interface ListOptions {
  readonly prefix: string;
  readonly delimiter?: string;
  /** Only what comes after this key or common prefix. */
  readonly after: string;
  readonly maxKeys: number;
}

/** One page of a listing. */
export interface ListPage {
  readonly objects: readonly ObjectInfo[];
  readonly prefixes: readonly string[];
  /** Last entry of this page, when there are more. */
  readonly next?: string;
}

/** Collects one page, in byte order; keys that share a part up to the delimiter become one common prefix. */
export function listPage(bucket: Bucket, options: ListOptions): ListPage {
  const { prefix, delimiter, after, maxKeys } = options;
  const objects: ObjectInfo[] = [];
  const prefixes: string[] = [];
  let last = '';
  for (const object of bucket.list(compareUtf8(after, prefix) > 0 ? after : prefix)) {
    const { key } = object;
    if (!key.startsWith(prefix)) break;
    if (key === after) continue;
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    const common = cut === -1 ? undefined : key.slice(0, cut + (delimiter?.length ?? 0));
    // A page may have ended at a common prefix: what is below it was counted there.
    if (common !== undefined && (common === prefixes.at(-1) || (after !== '' && after.startsWith(common)))) continue;
    if (objects.length + prefixes.length === maxKeys) return { objects, prefixes, next: last };
    if (common === undefined) objects.push(object);
    else prefixes.push(common);
    last = common ?? key;
  }
  return { objects, prefixes };
}
