import { claimInUrl } from '../inspect/claim.ts';
import { decodeOnce, parseLink, readHost, type ParsedLink } from '../inspect/read-link.ts';
import type { CauseCode } from './cause.ts';

/** A damage that a link took on its way, and the link without it. */
export interface Repair {
  readonly code: CauseCode;
  readonly repaired: string;
  readonly message: string;
  readonly fix: string;
}

interface Damage {
  readonly code: CauseCode;
  /** @returns the text without the damage, or `undefined` when it has none */
  readonly repair: (text: string) => string | undefined;
  readonly message: string;
  readonly fix: string;
}

// In this order: the last change must be undone first.
const DAMAGES: readonly Damage[] = [
  {
    code: 'WRAPPED',
    repair: unwrap,
    message: 'the link is inside the URL of another site, such as a redirector',
    fix: 'use the link itself, without the site around it',
  },
  {
    code: 'HTML_ESCAPED',
    repair: (text) => text.replaceAll(/&(?:amp|#0{0,3}38|#x0{0,3}26);/gi, '&'),
    message: 'the parameters are separated by "&amp;", as in the source of a page',
    fix: 'replace each "&amp;" with "&"; escape the link once when making a page, and copy it from the rendered page',
  },
  {
    code: 'JSON_ESCAPED',
    repair: unescapeJson,
    message: 'the link has escapes of JSON, such as "\\u0026" instead of "&"',
    fix: 'parse the JSON, and use the text that it holds',
  },
  {
    code: 'QUOTED_PRINTABLE',
    repair: unquotePrintable,
    message: 'the link has "=3D" instead of "=", as in the source of a mail',
    fix: 'copy the link from the mail as it is shown, not from its source',
  },
  {
    code: 'LINE_BROKEN',
    repair: (text) => text.replaceAll(/[ \t]{0,40}\r?\n[ \t]{0,40}(?:[>|] ?)?/g, ''),
    message: 'the link is broken into several lines',
    fix: 'join the lines without a blank',
  },
  {
    code: 'TEXT_BEHIND',
    repair: cutBehind,
    message: 'other text stands right behind the link, or a second "?" follows the signature',
    fix: 'remove what follows the signature; add parameters only when signing',
  },
  {
    code: 'DECODED',
    repair: encodeKey,
    message: 'the path was percent-decoded once too often: a "#" or "?" of the key ends it',
    fix: 'use the link as it was signed, with "%23" and "%3F" in the path',
  },
  {
    code: 'DOUBLE_ENCODED',
    repair: (text) => (/credential=[^&]{0,200}%252f/i.test(text) ? decodeEscapes(text) : undefined),
    message: 'the link was percent-encoded a second time: it has "%25" instead of "%"',
    fix: 'use the link as it was signed; pass the signer the plain key, not an encoded one',
  },
];

/** Finds what was done to a link, and undoes it. Several damages of one link are undone one after the other. */
export function repairs(text: string): readonly Repair[] {
  const found: Repair[] = [];
  let current = text;
  for (const { code, repair, message, fix } of DAMAGES) {
    const repaired = repair(current);
    if (repaired === undefined || repaired === current || linkIn(repaired) === undefined) continue;
    found.push({ code, repaired, message, fix });
    current = repaired;
  }
  return found;
}

function linkIn(text: string): ParsedLink | undefined {
  try {
    return parseLink(text);
  } catch {
    return undefined;
  }
}

function unescapeJson(text: string): string {
  return text
    .replaceAll(/\\u0026/gi, '&')
    .replaceAll(/\\u003d/gi, '=')
    .replaceAll('\\/', '/');
}

// A redirector, a mail filter or a proxy carries the whole link in a parameter, or behind its own path.
function unwrap(text: string): string | undefined {
  const outer = linkIn(text);
  if (outer === undefined || readHost(outer.hostname).kind !== 'custom-domain') return undefined;
  const inParameter = outer.parameters.find(({ value }) => isSigned(value ?? ''))?.value;
  if (inParameter !== undefined && inParameter !== null) return inParameter;
  const inner = text.slice(8).search(/https?(?::\/\/|%3A%2F%2F)/i);
  if (inner === -1) return undefined;
  const rest = text.slice(8 + inner);
  return [rest, decodeOnce(rest)].find(isSigned);
}

function isSigned(text: string): boolean {
  const link = linkIn(text);
  return link !== undefined && claimInUrl(link).scheme !== 'none';
}

// Only where the signature's own parameters are written so: "3D" may begin a value.
function unquotePrintable(text: string): string | undefined {
  if ((text.match(/(?:signature|credential|expires|accesskeyid|date|version)=3D/gi)?.length ?? 0) < 2) return undefined;
  return text.replaceAll(/=\r?\n/g, '').replaceAll(/=3D/gi, '=');
}

const V4_TOO_LONG = /^(.*[?&]x-oss-signature=[0-9a-f]{64})([^&].*)$/is;
const V1_TOO_LONG = /^(.*[?&]Signature=(?:[A-Za-z0-9+/]|%2B|%2F){27}(?:=|%3D))([^&].*)$/is;

function cutBehind(text: string): string | undefined {
  return (V4_TOO_LONG.exec(text) ?? V1_TOO_LONG.exec(text))?.[1];
}

const SIGNATURE_START = /[?&](?:OSSAccessKeyId|Expires|Signature|x-oss-[a-z-]+)=/;

// What stands before the signature's parameters belongs to the key, where "#" or a further "?" ended the path.
function encodeKey(text: string): string | undefined {
  const start = SIGNATURE_START.exec(text)?.index;
  if (start === undefined) return undefined;
  const [before, query] = [text.slice(0, start), text.slice(start)];
  // The last "?" before them begins the query, unless they have it themselves.
  const queryAt = query.startsWith('?') ? before.length : before.lastIndexOf('?');
  const [path, ownQuery] = queryAt === -1 ? [before, ''] : [before.slice(0, queryAt), before.slice(queryAt)];
  if (!/[#?]/.test(path)) return undefined;
  return path.replaceAll('#', '%23').replaceAll('?', '%3F') + ownQuery + query;
}

function decodeEscapes(text: string): string {
  return text.replaceAll('%25', '%');
}
