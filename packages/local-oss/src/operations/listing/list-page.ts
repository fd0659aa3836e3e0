import { type IsBefore, compareUtf8 } from '../../store/key-index.ts';

/** Options of `listPage`. */
export interface ListOptions<T> {
  readonly prefix: string;
  readonly delimiter?: string;
  /** Only what comes after this key or common prefix. */
  readonly after: string;
  readonly maxKeys: number;
  /** Which items of the key `after` itself still belong to the page. @default nothing */
  readonly isAfter?: (item: T) => boolean;
}

/** One page of a listing. */
export interface ListPage<T> {
  readonly items: readonly T[];
  readonly prefixes: readonly string[];
  /** Last entry of this page, a common prefix or an item, when there are more. */
  readonly next?: string | T;
}

/**
 * Collects one page, in byte order; keys that share a part up to the delimiter become one common prefix, and what is
 * below it is stepped over, not read.
 *
 * @param seek items in order, from a key on
 */
export function listPage<T extends { readonly key: string }>(
  seek: (isBefore: IsBefore) => Iterable<T>,
  options: ListOptions<T>,
): ListPage<T> {
  const { prefix, delimiter, after, maxKeys, isAfter = () => false } = options;
  const commonPrefix = (key: string): string | undefined => {
    const cut = delimiter === undefined ? -1 : key.indexOf(delimiter, prefix.length);
    return cut === -1 ? undefined : key.slice(0, cut + (delimiter?.length ?? 0));
  };
  const items: T[] = [];
  const prefixes: string[] = [];
  let last: string | T = '';
  // A page may have ended at a common prefix: keys below it were counted there.
  const covered = after.startsWith(prefix) ? commonPrefix(after) : undefined;
  let isBefore: IsBefore | undefined = covered === undefined ? notBefore(larger(after, prefix)) : past(covered);
  while (isBefore !== undefined) {
    const rest: Iterable<T> = seek(isBefore);
    isBefore = undefined;
    for (const item of rest) {
      const { key } = item;
      if (!key.startsWith(prefix)) break;
      if (key === after && !isAfter(item)) continue;
      if (items.length + prefixes.length === maxKeys) return { items, prefixes, next: last };
      const common = commonPrefix(key);
      if (common !== undefined) {
        prefixes.push(common);
        last = common;
        isBefore = past(common);
        break;
      }
      items.push(item);
      last = item;
    }
  }
  return { items, prefixes };
}

function larger(a: string, b: string): string {
  return compareUtf8(a, b) > 0 ? a : b;
}

function notBefore(place: string): IsBefore {
  return (key) => compareUtf8(key, place) < 0;
}

function past(prefix: string): IsBefore {
  return (key) => key.startsWith(prefix) || compareUtf8(key, prefix) < 0;
}
