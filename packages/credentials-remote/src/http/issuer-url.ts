import { isLoopback } from '@ossgrant/signer-core';

/** A URL that credentials may come from. */
export interface IssuerUrl {
  readonly href: string;
  readonly loopback: boolean;
}

/**
 * Checks a URL: https, or http to this machine. In a page it may be relative to the page.
 *
 * @throws TypeError for anything else
 */
export function issuerUrl(name: string, text: string): IssuerUrl {
  const page = (globalThis as { readonly location?: { readonly href?: string } }).location?.href;
  const url = URL.canParse(text, page) ? new URL(text, page) : undefined;
  if (url === undefined) throw new TypeError(`${name} must be a URL`);
  if (url.username !== '' || url.password !== '') throw new TypeError(`${name} must not contain a user or password`);
  const loopback = isLoopback(url.hostname);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && loopback)) {
    throw new TypeError(`${name} must use https, or http to this machine: the answer is a secret`);
  }
  return { href: url.href, loopback };
}
