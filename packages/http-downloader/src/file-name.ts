import { optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { fileNameOf } from './header-value.ts';

/** Where a file name may come from. */
export interface FileNameHints {
  /** Raw header. */
  readonly contentDisposition?: string;
  /** Object key, decoded. */
  readonly key?: string;
}

const checkHints = optionsCheck<FileNameHints>('safeFileName', {
  contentDisposition: optional(takes.text),
  key: optional(takes.text),
});

// Windows keeps these for devices, whatever the case and extension, also with blanks before it.
const RESERVED = /^(?:con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³]) *(?:\.|$)/i;
// Characters that some system forbids, control characters, line separators, and those that turn or hide text. Joiners (U+200C, U+200D)
// belong to words of some languages and to emoji.
const FORBIDDEN =
  /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u206f\ufeff\ufff9-\ufffb]/g;
const MAX_BYTES = 200;

// Names beside a target. Not every system distinguishes case, and some fold more letters than ASCII's.
const PART = /\.ossgrant-part/giu;

/** Whether a name is kept for what unfinished downloads leave beside their target. */
export function isPartName(name: string): boolean {
  return name.search(PART) !== -1;
}

/**
 * A file name that every system accepts and that stays in its folder, from what the server suggests, else from the key. A dot at the
 * start stays; the names of unfinished downloads are changed, or one could be taken for the beginning of another.
 *
 * @param hints `contentDisposition` is the raw header (RFC 6266); `key` is decoded
 * @example
 * safeFileName({ key: 'reports/2024/Q1.pdf' }); // Q1.pdf
 *
 * @throws TypeError for hints of other types
 */
export function safeFileName(hints: FileNameHints): string {
  checkHints(hints);
  const suggested = hints.contentDisposition === undefined ? undefined : fileNameOf(hints.contentDisposition);
  for (const candidate of [suggested, hints.key]) {
    const name = sanitise(candidate?.split(/[/\\]/).findLast((segment) => segment.trim() !== '') ?? '');
    if (name !== '') return name;
  }
  return 'download';
}

function sanitise(text: string): string {
  const plain = text
    .replace(/\p{Surrogate}/gu, '_')
    .normalize('NFC')
    .replace(FORBIDDEN, '_')
    .replace(PART, '_ossgrant-part');
  // Windows drops dots and spaces at the end; nothing but dots means a folder.
  const trimmed = withoutEnd(shorten(plain.trimStart()));
  return RESERVED.test(trimmed) ? `_${trimmed}` : trimmed;
}

function withoutEnd(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1] === ' ')) end -= 1;
  return name.slice(0, end);
}

// Systems count bytes, or UTF-16 units, up to 255; room is left for the names beside the target. The extension stays.
function shorten(name: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(name).length <= MAX_BYTES) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name.slice(-11))?.[0] ?? '';
  let kept = '';
  let length = extension.length;
  for (const character of name.slice(0, name.length - extension.length)) {
    length += encoder.encode(character).length;
    if (length > MAX_BYTES) break;
    kept += character;
  }
  return kept + extension;
}
