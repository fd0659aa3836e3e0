import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { invalidArgument, Refusal, invalidDigest } from './refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Percent-decodes text of a request line, strictly.
 *
 * @returns `undefined` when an escape is malformed or the bytes are not UTF-8
 */
export function percentDecode(text: string): string | undefined {
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) return undefined;
  // The request line reaches us as Latin-1: each char is one byte.
  const bytes = Buffer.from(
    text.replace(/%([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/**
 * Reads a whole number from 0, in decimal digits only: no sign, space, exponent or `0x`.
 *
 * @returns `undefined` for any other text, and above 15 digits
 */
export function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}

/** Text for a terminal or a log: control and formatting characters are escaped, so that it cannot forge lines. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
  });
}

/** Decodes text of a URL, or of a header that holds a URL's path: `+` is a space, as OSS reads it everywhere. */
export function decodeUrlText(text: string): string | undefined {
  return percentDecode(text.replaceAll('+', ' '));
}

/** A request taken apart, from the bytes that came: nothing here is shared with any signer. */
export interface RawRequest {
  readonly method: string;
  /** Path as it came, percent-encoded; without the authority that a client writes which takes us for its proxy. */
  readonly rawPath: string;
  /** Path decoded; `undefined` when it cannot be. */
  readonly path: string | undefined;
  /** Query in order, decoded; `null` for a name without `=`. Names may repeat. */
  readonly query: readonly (readonly [name: string, value: string | null])[];
  /** Names in lower case; repeated headers joined by `,`. Host is the target's authority, where it has one. */
  readonly headers: ReadonlyMap<string, string>;
  /** The host in lower case, without the port. */
  readonly hostname: string;
  readonly remoteAddress: string;
  /** Whether it came over TLS. */
  readonly secure: boolean;
}

/** URL of an object that a request has made, at the address that the client used. @param path percent-encoded */
export function objectUrl({ headers, secure }: RawRequest, path: string): string {
  return `${secure ? 'https' : 'http'}://${headers.get('host') ?? ''}${path}`;
}

const MAX_QUERY_PARAMETERS = 512;

/** @throws Refusal for a query that cannot be read */
export function readRawRequest(message: IncomingMessage): RawRequest {
  // https://www.rfc-editor.org/rfc/rfc9112#section-3.2.2
  const [prefix = '', authority] = /^https?:\/\/([^/?]+)/i.exec(message.url ?? '/') ?? [];
  const target = (message.url ?? '/').slice(prefix.length).replace(/^(?!\/)/, '/');
  const mark = target.indexOf('?');
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const headers = readHeaders(message.rawHeaders);
  // The target's authority takes the place of Host: a signature that holds a host is for where the request goes.
  if (authority !== undefined) headers.set('host', authority);
  return {
    method: message.method ?? 'GET',
    rawPath,
    path: decodeUrlText(rawPath),
    query: mark === -1 ? [] : parseQuery(target.slice(mark + 1)),
    headers,
    hostname: (headers.get('host') ?? '').toLowerCase().replace(/:\d*$/, ''),
    remoteAddress: (message.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    secure: 'encrypted' in message.socket,
  };
}

/**
 * Decodes `a=1&b`, as a query or as a form body. `+` is a space, as in forms: a base64 signature that was not escaped
 * breaks here as it does in the cloud.
 */
export function parseQuery(text: string): readonly (readonly [name: string, value: string | null])[] {
  const pieces = text.split('&').filter((piece) => piece !== '');
  if (pieces.length > MAX_QUERY_PARAMETERS) throw invalidArgument('Too many query parameters.');
  return pieces.map((piece) => {
    const equals = piece.indexOf('=');
    if (equals === -1) return [decode(piece), null];
    return [decode(piece.slice(0, equals)), decode(piece.slice(equals + 1))];
  });
}

/** First value of a parameter, `''` for a bare name; `undefined` when it is absent. The first of several counts. */
export function parameter(request: Pick<RawRequest, 'query'>, name: string): string | undefined {
  const found = request.query.find(([candidate]) => candidate === name);
  return found === undefined ? undefined : (found[1] ?? '');
}

function decode(text: string): string {
  const decoded = decodeUrlText(text);
  if (decoded === undefined) throw invalidArgument('The query string is not valid percent-encoded UTF-8.');
  return decoded;
}

function readHeaders(raw: readonly string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    // Header bytes reach us as Latin-1; clients sign them as UTF-8.
    const value = Buffer.from(raw[index + 1] as string, 'latin1').toString('utf8');
    const earlier = headers.get(name);
    headers.set(name, earlier === undefined ? value : `${earlier},${value}`);
  }
  return headers;
}

/**
 * Reads a whole small body, such as a form or an XML document.
 *
 * @throws Refusal when it is larger than `limit` bytes
 */
export async function readSmallBody(stream: Readable, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when it is too large: the refusal still has to go out on the same connection.
  for await (const chunk of stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) {
      throw new Refusal({ status: 400, code: 'EntityTooLarge', message: `The body is larger than ${limit} bytes.` });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Reads a small body, whose client may have summed it up.
 *
 * @param md5 base64, as in `Content-MD5`; absent when it has not
 * @throws Refusal 400 InvalidDigest when the sum is another
 */
export async function readCheckedBody(stream: Readable, limit: number, md5: string | undefined): Promise<Buffer> {
  const body = await readSmallBody(stream, limit);
  if (md5 === undefined) return body;
  // OSS compares the first 16 bytes: some clients send more.
  const given = Buffer.from(md5, 'base64').subarray(0, 16);
  if (!createHash('md5').update(body).digest().equals(given)) throw invalidDigest();
  return body;
}
