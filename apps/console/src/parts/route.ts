import { useSyncExternalStore } from 'react';

/** Where the user is; it stands behind `#`, so that no server's log gets the names of objects. */
export type Route =
  | { readonly page: 'objects'; readonly bucket?: string; readonly prefix: string }
  | { readonly page: 'shares'; readonly id?: string }
  | { readonly page: 'access' | 'inspect' };

/** The address of a place in the page. */
export function hrefOf(route: Route): string {
  if (route.page === 'shares' && route.id !== undefined) return `#/shares/${route.id}`;
  if (route.page !== 'objects') return `#/${route.page}`;
  const { bucket, prefix } = route;
  return bucket === undefined
    ? '#/objects'
    : `#/objects/${[bucket, ...prefix.split('/')].map(encodeURIComponent).join('/')}`;
}

export function readRoute(hash: string): Route {
  const [page, bucket, ...folders] = hash.replace(/^#\/?/, '').split('/').map(decoded);
  if (page === 'shares' && bucket !== undefined && /^[0-9a-f]{32}$/.test(bucket)) return { page, id: bucket };
  if (page === 'shares' || page === 'access' || page === 'inspect') return { page };
  return { page: 'objects', prefix: folders.join('/'), ...(bucket === undefined || bucket === '' ? {} : { bucket }) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

export function useRoute(): Route {
  return readRoute(useSyncExternalStore(subscribe, () => location.hash));
}

export function go(route: Route): void {
  location.hash = hrefOf(route);
}
