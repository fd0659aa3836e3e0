// Windows keeps these for devices, whatever the extension and case.
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;
// Characters that some system forbids, control characters, and those that reverse or hide text.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f<>:"/\\|?*\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g;
const MAX_BYTES = 200;

/**
 * A file name that every system takes and that stays in its folder, from what the server suggests, else from the key.
 *
 * @param hints `contentDisposition` is the raw header (RFC 6266); `key` is decoded
 * @example
 * safeFileName({ key: 'reports/2024/Q1.pdf' }); // Q1.pdf
 */
export function safeFileName(hints: { readonly contentDisposition?: string; readonly key?: string }): string {
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
    .replace(FORBIDDEN, '_');
  // Windows drops dots and spaces at the end; a dot at the start hides a file, or means a folder.
  const trimmed = shorten(plain.replace(/^[. ]+/, '')).replace(/[. ]+$/, '');
  return RESERVED.test(trimmed) ? `_${trimmed}` : trimmed;
}

// Systems count bytes, or UTF-16 units, up to 255; room is left for what a download puts beside it. The extension stays.
function shorten(name: string): string {
  const encoder = new TextEncoder();
  if (encoder.encode(name).length <= MAX_BYTES) return name;
  const extension = /\.[A-Za-z0-9]{1,10}$/.exec(name)?.[0] ?? '';
  let kept = '';
  let length = extension.length;
  for (const character of name.slice(0, name.length - extension.length)) {
    length += encoder.encode(character).length;
    if (length > MAX_BYTES) break;
    kept += character;
  }
  return kept + extension;
}

function fileNameOf(header: string): string | undefined {
  const extended = /(?:^|;)\s*filename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(header)?.[1];
  const decoded = extended === undefined ? undefined : decode(extended);
  if (decoded !== undefined) return decoded;
  const match = /(?:^|;)\s*filename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(header);
  return match?.[1]?.replace(/\\(.)/g, '$1') ?? match?.[2];
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
