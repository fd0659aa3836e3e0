import { newShareUse } from '@ossgrant/http-downloader';

/** The share that a page is of. */
export interface Share {
  readonly path: string;
  readonly password: string | undefined;
  /** Whether it gives temporary credentials. */
  readonly credentials: boolean;
}

/** The proof of this visit's use: a reload of the page is the same use. */
export function visitUse({ path }: Share): string {
  const name = `use ${path}`;
  const use = sessionStorage.getItem(name) ?? newShareUse();
  sessionStorage.setItem(name, use);
  return use;
}

/** Asks for a URL that a page may show. */
export async function previewUrl(share: Share): Promise<string> {
  const use = visitUse(share);
  const { path, password } = share;
  const response = await fetch(`${path}?preview`, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', 'x-ossgrant-use': use },
    body: JSON.stringify(password === undefined ? {} : { password }),
  });
  const body = (await response.json()) as { readonly url?: string; readonly code?: string };
  if (body.url === undefined) throw Object.assign(new Error('there is no preview'), { code: body.code });
  return body.url;
}
