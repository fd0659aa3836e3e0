import { serverRoot } from '../api/client.ts';

/** An address that this server gave out: storage has signed nothing in it. */
export type OwnAddress = { readonly kind: 'share'; readonly id: string } | { readonly kind: 'handle' };

const TOKEN = /^(d|g)\/([\w-]{44})(?:\/|$)/;

/** Reads an address by its form alone; whether it still opens, only the server knows. @returns undefined for all others */
export function readOwnAddress(text: string, root: URL = serverRoot): OwnAddress | undefined {
  if (!URL.canParse(text)) return undefined;
  const { origin, pathname } = new URL(text);
  if (origin !== root.origin || !pathname.startsWith(root.pathname)) return undefined;
  const [, place, token = ''] = TOKEN.exec(pathname.slice(root.pathname.length)) ?? [];
  if (place === undefined) return undefined;
  return place === 'd' ? { kind: 'share', id: shareIdOf(token) } : { kind: 'handle' };
}

// A token is the version of its key, the id and a proof: 1, 16 and 16 bytes.
function shareIdOf(token: string): string {
  const bytes = atob(token.replaceAll('-', '+').replaceAll('_', '/'));
  return Array.from(bytes.slice(1, 17), (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('');
}
