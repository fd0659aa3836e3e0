// Signing needs little of a runtime, but mini programs have no URL, and React Native has one whose getters throw. A signer would fail
// with a message about something else, or sign for another host.

const GLOBALS = ['URL', 'TextEncoder', 'btoa'] as const;
const URL_PARTS = [
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'pathname',
  'search',
  'hash',
  'origin',
] as const;

/**
 * Parses a URL with the runtime's own parser.
 *
 * @returns `undefined` for text that is not a URL
 * @throws TypeError when the runtime lacks a part that signing needs: the message names it
 */
export function parseUrl(text: string): URL | undefined {
  const missing = GLOBALS.filter(
    (name) => typeof (globalThis as Readonly<Record<string, unknown>>)[name] !== 'function',
  );
  if (missing.length > 0) throw lacking(`this runtime has no ${missing.join(', ')}`);
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return undefined;
  }
  const absent = URL_PARTS.filter((part) => !hasText(url, part));
  if (absent.length > 0) throw lacking(`the URL of this runtime has no ${absent.join(', ')}`);
  return url;
}

function hasText(url: URL, part: (typeof URL_PARTS)[number]): boolean {
  try {
    return typeof url[part] === 'string';
  } catch {
    return false;
  }
}

function lacking(what: string): TypeError {
  return new TypeError(`${what}, which signing needs: load a polyfill before @ossgrant/signer-core`);
}
