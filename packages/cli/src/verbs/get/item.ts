import { fromUrl, safeFileName, type RequestSource } from '@ossgrant/http-downloader';
import type { ObjectFacts } from '@ossgrant/http-downloader/file';
import { redactText } from '@ossgrant/signer-core';
import { usageError, type CliError } from '../../failure/cli-error.ts';

/** Something to download. */
export interface Item {
  readonly source: RequestSource;
  /** For people and reports: a link without its query, which holds the permission. */
  readonly label: string;
  /** File name derived from the key. */
  readonly name: string;
  /** Folders of the key, from a list or below a prefix. */
  readonly folders: readonly string[];
  /** The link itself, to find out why it was refused. Never shown. */
  readonly link?: string;
  /** Facts from a listing or a manifest. */
  readonly facts?: ObjectFacts;
}

/** A line of a list that names nothing to download. */
export interface InvalidItem {
  readonly label: string;
  readonly error: CliError;
}

/** @throws CliError for anything but a link */
export function linkItem(link: string, headers: Readonly<Record<string, string>>): Item {
  if (!/^https?:\/\//i.test(link)) {
    throw usageError('neither a link nor an object address', 'write https://... or oss://BUCKET/KEY');
  }
  const source = fromUrl(link);
  // A link that was damaged may have its parameters in the path.
  const [label = ''] = redactText(link).split(/[?#]/);
  const key = decoded(label.replace(/^https?:\/\/[^/]*\/?/i, ''));
  return { source: withHeaders(source, headers), label, link, ...namesOf(key) };
}

/** Adds headers to every request: signed with it where the source signs headers. */
export function withHeaders(source: RequestSource, headers: Readonly<Record<string, string>>): RequestSource {
  if (Object.keys(headers).length === 0) return source;
  return {
    ...source,
    async prepare(attempt) {
      if (source.signsHeaders === true) {
        return source.prepare({ ...attempt, headers: { ...headers, ...attempt.headers } });
      }
      const prepared = await source.prepare(attempt);
      return { ...prepared, headers: { ...headers, ...prepared.headers } };
    },
  };
}

/** The name and the folders of a key, which stay below a folder. */
export function namesOf(key: string): Pick<Item, 'name' | 'folders'> {
  const segments = key.split('/').filter((segment) => !['', '.', '..'].includes(segment));
  return {
    name: safeFileName({ key }),
    folders: segments.slice(0, -1).map((segment) => safeFileName({ key: segment })),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** Keeps the folders in which the items of a list differ. */
export function withoutCommonFolders(items: readonly (Item | InvalidItem)[]): readonly (Item | InvalidItem)[] {
  const all = items.filter((item): item is Item => 'source' in item).map(({ folders }) => folders);
  const [first = []] = all;
  const differs = first.findIndex((folder, depth) => all.some((folders) => folders[depth] !== folder));
  const common = differs === -1 ? Math.min(...all.map(({ length }) => length)) : differs;
  return items.map((item) => ('source' in item ? { ...item, folders: item.folders.slice(common) } : item));
}
