import type { PageData } from '../page-data.ts';

/** What the server says of the share. */
export interface ShareInfo {
  readonly state: string;
  readonly expiresAt: string;
  readonly usesLeft?: number;
  readonly credentials: boolean;
  readonly preview: boolean;
  readonly filename?: string;
  readonly label?: string;
  readonly size?: number;
  readonly contentType?: string;
  readonly crc64?: string;
}

/** An object of a share of several. */
export interface ListedObject {
  readonly key: string;
  readonly size?: number;
}

/** A page of them. */
export interface ObjectList {
  readonly objects: readonly ListedObject[];
  readonly next?: string;
}

/** A refusal of the server, by its code; `NETWORK` where none came. */
export class Refused extends Error {
  readonly code: string;

  constructor(code: string) {
    super(`the server refused: ${code}`);
    this.code = code;
  }
}

/** What the server put into the page. */
export function readPageData(): PageData {
  return JSON.parse(document.querySelector('#data')?.textContent ?? '') as PageData;
}

/** Path of the share, also on the page of one of its objects. */
export function sharePath(path: string): string {
  return path.split('/o/', 1)[0] ?? path;
}

/** Asks the server; nothing of this is a use. @throws Refused */
export async function ask<T>(path: string, password: string | undefined): Promise<T> {
  const init =
    password === undefined
      ? {}
      : {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ password }),
        };
  const response = await fetch(path, { headers: { accept: 'application/json' }, ...init }).catch(() => undefined);
  if (response === undefined) throw new Refused('NETWORK');
  const body = (await response.json().catch(() => ({}))) as { readonly code?: unknown };
  if (response.ok) return body as T;
  throw new Refused(typeof body.code === 'string' ? body.code : 'other');
}
