// Headers are foreign text: longer ones are cut, and every reader here passes over the text once.
const MAX_LENGTH = 8192;

/**
 * Undoes the reading of a header as Latin-1 where its bytes are UTF-8, as many servers send them against RFC 9110; other text stays.
 */
export function readHeaderText(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  return (
    decode(
      'utf-8',
      Uint8Array.from(text, (character) => character.charCodeAt(0)),
    ) ?? text
  );
}

/**
 * Reads the file name of a `Content-Disposition` header (RFC 6266, RFC 8187) and of what servers write instead: names without quotes
 * but with blanks, raw UTF-8, extended values in quotes or in other charsets, encoded words (RFC 2047). `filename*` comes first.
 */
export function fileNameOf(header: string): string | undefined {
  const parameters = parametersOf(header.slice(0, MAX_LENGTH));
  const extended = parameters.get('filename*');
  const decoded = extended === undefined ? undefined : readExtended(extended);
  if (decoded !== undefined) return decoded;
  const plain = parameters.get('filename');
  return plain === undefined ? undefined : readEncodedWords(readHeaderText(plain));
}

/** The first of each name counts. */
function parametersOf(header: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  let at = 0;
  while (at < header.length) {
    const end = nextOf(header, at, ';=');
    const name = header.slice(at, end).trim().toLowerCase();
    if (header[end] !== '=') {
      at = end + 1;
      continue;
    }
    const read = readValue(header, end + 1);
    if (!parameters.has(name)) parameters.set(name, read.value);
    at = read.end + 1;
  }
  return parameters;
}

function readValue(header: string, from: number): { readonly value: string; readonly end: number } {
  let at = from;
  while (header[at] === ' ' || header[at] === '\t') at += 1;
  if (header[at] !== '"') {
    const end = nextOf(header, at, ';');
    return { value: header.slice(at, end).trim(), end };
  }
  const characters: string[] = [];
  for (at += 1; at < header.length && header[at] !== '"'; at += 1) {
    if (header[at] === '\\' && at + 1 < header.length) at += 1;
    characters.push(header[at] ?? '');
  }
  return { value: characters.join(''), end: nextOf(header, at, ';') };
}

function nextOf(text: string, from: number, ends: string): number {
  let at = from;
  while (at < text.length && !ends.includes(text[at] ?? '')) at += 1;
  return at;
}

// charset'language'percent-encoded
function readExtended(value: string): string | undefined {
  const first = value.indexOf("'");
  const second = value.indexOf("'", first + 1);
  const [charset, encoded] = second < 0 ? ['utf-8', value] : [value.slice(0, first), value.slice(second + 1)];
  if (/%(?![0-9a-f]{2})/i.test(encoded)) return undefined;
  return decode(charset, bytesOf(encoded, '%'));
}

const ENCODED_WORD = /=\?([\w-]{1,40})\?([bq])\?([^?\s]*)\?=(?:\s+(?==\?))?/gi;

function readEncodedWords(text: string): string {
  return text.replace(ENCODED_WORD, (word, charset: string, encoding: string, content: string) => {
    if (encoding.toLowerCase() === 'q') return decode(charset, bytesOf(content.replaceAll('_', ' '), '=')) ?? word;
    try {
      return decode(charset, bytesOf(atob(content), '')) ?? word;
    } catch {
      return word;
    }
  });
}

/** The bytes of a text, in which some are written in hexadecimal after a mark. */
function bytesOf(text: string, mark: string): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const digits = text.slice(at + 1, at + 3);
    if (text[at] === mark && /^[0-9a-f]{2}$/i.test(digits)) {
      bytes.push(Number.parseInt(digits, 16));
      at += 2;
    } else bytes.push(text.charCodeAt(at) & 0xff);
  }
  return Uint8Array.from(bytes);
}

/** Undefined for bytes that are not of the charset, or for a charset that this platform does not know. */
function decode(charset: string, bytes: Uint8Array<ArrayBuffer>): string | undefined {
  try {
    return new TextDecoder(charset, { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
