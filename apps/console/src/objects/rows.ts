import { api } from '../api/client.ts';
import type { StoredObject } from '../api/types.ts';

/** A line of the list: a folder or an object. */
export type Row =
  | { readonly kind: 'folder'; readonly id: string; readonly name: string; readonly prefix: string }
  | StoredRow;

export interface StoredRow {
  readonly kind: 'object';
  readonly id: string;
  readonly name: string;
  readonly object: StoredObject;
}

export interface RowPage {
  readonly rows: readonly Row[];
  readonly next: string | undefined;
}

/** The first page is there at once; the others are as large as the server makes them, so that a long list is read in few requests. */
const FIRST_PAGE = 100;
const NEXT_PAGE = 1000;

interface RowQuery {
  readonly bucket: string;
  /** Of the folder. */
  readonly prefix: string;
  /** Start of the names in it. */
  readonly search: string;
  readonly cursor: string | undefined;
}

/** A page of a folder. */
export async function loadRows({ bucket, prefix, search, cursor }: RowQuery, signal: AbortSignal): Promise<RowPage> {
  const query = {
    bucket,
    prefix: prefix + search,
    delimiter: '/' as const,
    limit: cursor === undefined ? FIRST_PAGE : NEXT_PAGE,
    cursor,
  };
  const page = await api.objects(query, signal);
  const folders = page.prefixes.map((folder): Row => ({
    kind: 'folder',
    id: `folder ${folder}`,
    name: folder.slice(prefix.length),
    prefix: folder,
  }));
  const objects = page.objects
    // The folder itself, as consoles make it.
    .filter(({ key }) => key !== prefix)
    .map((object): Row => ({ kind: 'object', id: object.key, name: object.key.slice(prefix.length), object }));
  return { rows: [...folders, ...objects], next: page.next };
}

const PICTURE = /\.(?:avif|bmp|gif|jpe?g|png|webp)$/i;
const FILM = /\.(?:m4v|mp4|webm|ogv|mov)$/i;
const SOUND = /\.(?:flac|m4a|mp3|oga|ogg|opus|wav)$/i;

export function isPicture(key: string): boolean {
  return PICTURE.test(key);
}

/** What a browser can show without running what is in it. */
export function previewOf(key: string): 'image' | 'video' | 'audio' | undefined {
  if (isPicture(key)) return 'image';
  if (FILM.test(key)) return 'video';
  return SOUND.test(key) ? 'audio' : undefined;
}
