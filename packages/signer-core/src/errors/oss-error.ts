import { defined, optional, optionsCheck, parseInstant, takes } from '@ossgrant/credentials-core/internal';

/** Facts of an OSS or STS error response: safe to log. */
export interface OssErrorInfo {
  /** HTTP status of the response. */
  readonly status: number;
  /** Such as `SignatureDoesNotMatch`. Absent when the body did not come from OSS, for example a proxy's page. */
  readonly code?: string;
  /** OSS's fine error code, such as `0002-00000040`. */
  readonly ec?: string;
  /** `x-oss-request-id`, or the body's `RequestId`: Alibaba Cloud's support asks for it. */
  readonly requestId?: string;
  /** Host that the server believes it was asked as. */
  readonly hostId?: string;
  /** The server's sentence, shortened, without any echoed string to sign. */
  readonly message?: string;
  /** The server's clock, given with `RequestTimeTooSkewed`. */
  readonly serverTime?: Date;
}

/** An error response as received. */
export interface OssErrorResponse {
  /** HTTP status as received. */
  readonly status: number;
  /** Looks a header up by lower-case name. */
  readonly header: (name: string) => string | null | undefined;
  /** Absent for HEAD. Only the first 64 KiB are read: receive no more. */
  readonly body?: string | Uint8Array;
}

/** How much of an error body is read, in bytes. */
export const MAX_ERROR_BODY_BYTES = 65_536;
const MAX_MESSAGE = 300;

const checkErrorResponse = optionsCheck<OssErrorResponse>('parseOssError', {
  status: takes.number,
  header: takes.function,
  body: optional(
    takes.special('a string or a Uint8Array', (value) => typeof value === 'string' || value instanceof Uint8Array),
  ),
});

/**
 * Reads an error response of OSS or STS: XML or JSON body, or the `x-oss-err` header that HEAD gets instead. Whatever a server
 * sends, this does not throw: unreadable parts are left out.
 *
 * @throws TypeError when `response` itself has the wrong shape
 */
export function parseOssError(response: OssErrorResponse): OssErrorInfo {
  checkErrorResponse(response);
  const fields = readFields(bodyText(response));
  const pick = (name: string): string | undefined => clean(fields.get(name));
  const header = (name: string): string | undefined => clean(response.header(name) ?? undefined);
  const message = pick('Message');
  return {
    status: response.status,
    ...defined({
      code: pick('Code'),
      ec: pick('EC') ?? header('x-oss-ec'),
      requestId: pick('RequestId') ?? header('x-oss-request-id'),
      hostId: pick('HostId'),
      message: message === undefined ? undefined : withoutEcho(message),
      serverTime: parseInstant(fields.get('ServerTime') ?? ''),
    }),
  };
}

function bodyText(response: OssErrorResponse): string {
  const { body } = response;
  if (typeof body === 'string' && body !== '') return body.slice(0, MAX_ERROR_BODY_BYTES);
  if (body instanceof Uint8Array && body.length > 0) {
    return new TextDecoder().decode(body.subarray(0, MAX_ERROR_BODY_BYTES));
  }
  const encoded = response.header('x-oss-err');
  if (!encoded || encoded.length > MAX_ERROR_BODY_BYTES) return '';
  try {
    return new TextDecoder().decode(Uint8Array.from(atob(encoded), (char) => char.charCodeAt(0)));
  } catch {
    return '';
  }
}

function readFields(text: string): ReadonlyMap<string, string> {
  if (!text.trimStart().startsWith('{')) return readFlatXml(text);
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== 'object' || parsed === null) return new Map();
    return new Map(Object.entries(parsed).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
  } catch {
    return new Map();
  }
}

let invisible: RegExp | undefined;

// One line of visible text: a response must not be able to forge log lines with line separators, or to reorder them with
// bidirectional controls.
function clean(text: string | undefined): string | undefined {
  // A literal would be read whenever this module is loaded, which takes half a millisecond: most programs meet no error.
  invisible ??= new RegExp(String.raw`[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+`, 'gu');
  const line = text?.replace(invisible, ' ').trim();
  if (line === undefined || line === '') return undefined;
  // The cut may go through a surrogate pair.
  return line.slice(0, MAX_MESSAGE).replace(/[\ud800-\udbff]$/, '');
}

// STS quotes its string to sign, token included, after these words.
function withoutEcho(message: string): string {
  return message.replace(/(string to sign is).*$/i, '$1: [redacted]');
}

const ELEMENT = /<([A-Za-z][A-Za-z0-9]{0,63})>([^<]*)<\/\1>/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const MAX_ELEMENTS = 64;

/**
 * Reads the leaf elements of a small XML document into a map: enough for error bodies, and nothing more.
 *
 * No entities but the five of XML and character references, no DTD, no attributes, no nesting: there is nothing to expand and nothing
 * to fetch. A document with a DOCTYPE is not read at all. Of several equal names the first one counts.
 */
export function readFlatXml(text: string): ReadonlyMap<string, string> {
  const elements = new Map<string, string>();
  if (text.includes('<!DOCTYPE')) return elements;
  for (const [, name = '', raw = ''] of text.matchAll(ELEMENT)) {
    if (!elements.has(name)) elements.set(name, decodeEntities(raw));
    if (elements.size >= MAX_ELEMENTS) break;
  }
  return elements;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([0-9a-fA-F]{1,6})|#(\d{1,7})|([a-z]{2,4}));/g, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name as string] ?? whole;
    const code = hex === undefined ? Number(decimal) : Number.parseInt(hex as string, 16);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
