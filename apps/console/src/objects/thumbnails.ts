import { createContext, useContext, useEffect, useState } from 'react';
import { api } from '../api/client.ts';
import { isPicture, type StoredRow } from './rows.ts';

const LIFE_SECONDS = 900;
/** URLs are signed together once scrolling has come to rest. */
const REST_MS = 120;
const MOST_AT_ONCE = 100;
// Twice the size on the page, for dense screens.
const PROCESS = 'image/resize,m_fill,w_72,h_72';
/** OSS processes no larger pictures. */
const MOST_BYTES = 20 * 1024 * 1024;

/** Signed URLs of small pictures of a bucket's objects. */
export class Thumbnails {
  readonly #bucket: string;
  readonly #signed = new Map<string, Promise<string | undefined>>();
  readonly #waiting = new Map<string, (url: string | undefined) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  /** The URL of a thumbnail; `undefined` where the server signs none. */
  urlOf(key: string): Promise<string | undefined> {
    const known = this.#signed.get(key);
    if (known !== undefined) return known;
    const url = new Promise<string | undefined>((resolve) => this.#waiting.set(key, resolve));
    this.#signed.set(key, url);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#sign(), REST_MS);
    return url;
  }

  /** What left the view before its turn costs nothing. */
  forget(key: string): void {
    if (this.#waiting.delete(key)) this.#signed.delete(key);
  }

  async #sign(): Promise<void> {
    const wanted = [...this.#waiting].slice(0, MOST_AT_ONCE);
    for (const [key] of wanted) this.#waiting.delete(key);
    if (this.#waiting.size > 0) this.#timer = setTimeout(() => void this.#sign(), REST_MS);
    if (wanted.length === 0) return;
    const keys = wanted.map(([key]) => key);
    const ask = {
      bucket: this.#bucket,
      keys,
      process: PROCESS,
      expiresIn: LIFE_SECONDS,
      disposition: 'inline',
    } as const;
    const urls = await api.urls(ask).catch(() => []);
    const byKey = new Map(urls.map(({ key, url }) => [key, url]));
    for (const [key, resolve] of wanted) resolve(byKey.get(key));
    setTimeout(() => keys.map((key) => this.#signed.delete(key)), (LIFE_SECONDS - 60) * 1000);
  }
}

export const ThumbnailContext = createContext<Thumbnails | undefined>(undefined);

/** The URL of a row's thumbnail, once there is one; undefined for rows that are not pictures. */
export function useThumbnail(row: StoredRow): string | undefined {
  const thumbnails = useContext(ThumbnailContext);
  const [url, setUrl] = useState<string>();
  const { key, size = 0 } = row.object;
  const has = isPicture(key) && size > 0 && size <= MOST_BYTES;
  useEffect(() => {
    if (!has || thumbnails === undefined) return undefined;
    let isInView = true;
    void thumbnails.urlOf(key).then((found) => isInView && setUrl(found));
    return () => {
      isInView = false;
      thumbnails.forget(key);
    };
  }, [has, key, thumbnails]);
  return url;
}
