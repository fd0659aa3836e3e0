import { defined } from '@ossgrant/credentials-core/internal';
import { DownloadError } from './download-error.ts';
import type { ObjectInfo } from './download.ts';
import type { PreparedRequest } from './request-source.ts';
import type { TransportResponse } from './transport/transport.ts';

/** A response with bytes of the object. */
export interface ObjectResponse extends CheckedResponse {
  readonly request: PreparedRequest;
  readonly response: TransportResponse;
  /** Whether the platform has undone a Content-Encoding: length and checksums are of other bytes then. */
  readonly decoded: boolean;
}

/** Whether an entity tag is strong: equal tags mean equal bytes. */
export function isStrong(etag: string | undefined): etag is string {
  return etag !== undefined && /^"[^"]+"$/.test(etag) && etag !== '"null"';
}

/** Whether two responses are provably of one version, by a strong entity tag or a checksum. */
export function isResumable({ size, etag, crc64 }: ObjectInfo): boolean {
  return size !== undefined && (isStrong(etag) || crc64 !== undefined);
}

/**
 * Reads what a response says of the object; a header that cannot be read counts as absent.
 *
 * @param part what it holds; the whole object by default
 */
function readObjectInfo(response: TransportResponse, part?: Required<ContentRange>): ObjectInfo {
  const length = digits(response.header('content-length'));
  const size = part?.total ?? (length === undefined ? undefined : Number(length));
  // Servers send the MD5 of the part or of the whole object; where the part is the whole, both agree.
  const isWhole = part === undefined || part.end - part.start === part.total;
  const crc64 = digits(response.header('x-oss-hash-crc64ecma'));
  const lastModified = new Date(response.header('last-modified') ?? Number.NaN);
  const md5 = /^[A-Za-z0-9+/]{22}==$/.exec(response.header('content-md5')?.trim() ?? '')?.[0];
  const etag = response.header('etag');
  const contentType = response.header('content-type');
  const contentDisposition = response.header('content-disposition');
  const requestId = response.header('x-oss-request-id');
  return defined({
    size,
    crc64,
    md5: isWhole ? md5 : undefined,
    lastModified: Number.isNaN(lastModified.getTime()) ? undefined : lastModified,
    etag,
    contentType,
    contentDisposition,
    contentEncoding: response.header('content-encoding'),
    requestId,
  });
}

function digits(text: string | undefined): bigint | undefined {
  return text !== undefined && /^\d{1,20}$/.test(text) ? BigInt(text) : undefined;
}

/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a 206 holds. */
export interface ContentRange extends ByteRange {
  /** Of the whole object; absent when the server does not say. */
  readonly total?: number;
}

/** Reads a `Content-Range` header; undefined unless it names one range. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [start, last] = [Number(match[1]), Number(match[2])];
  const total = match[3] === '*' ? undefined : Number(match[3]);
  if (last < start || (total !== undefined && last >= total)) return undefined;
  return { start, end: last + 1, ...defined({ total }) };
}

/** Writes a `Range` header. */
export function formatRange({ start, end }: ByteRange): string {
  return `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}`;
}

/** What a response holds of the object. */
export interface CheckedResponse {
  /** Of the whole object. */
  readonly info: ObjectInfo;
  /** First byte that the body holds. */
  readonly start: number;
}

/**
 * Checks a 200 or 206. A 200 to a range is the whole object from byte 0: OSS ignores ranges that it cannot use.
 *
 * @param asked range of the request; absent when it had none
 * @param known facts of the object from the first response
 * @throws DownloadError `RANGE_MISMATCH` for other bytes than those asked for, `OBJECT_CHANGED` for another object
 */
export function checkResponse(
  response: TransportResponse,
  asked: ByteRange | undefined,
  known: ObjectInfo | undefined,
): CheckedResponse {
  const checked =
    response.status === 206 ? checkPart(response, asked, known) : { info: readObjectInfo(response), start: 0 };
  if (known !== undefined) assertSame(checked.info, known);
  return checked;
}

function checkPart(
  response: TransportResponse,
  asked: ByteRange | undefined,
  known: ObjectInfo | undefined,
): CheckedResponse {
  const range = parseContentRange(response.header('content-range')) ?? hiddenRange(response, asked, known);
  if (asked === undefined || range === undefined) throw mismatch('the response does not say which bytes it holds');
  const total = range.total ?? known?.size;
  if (total === undefined) throw mismatch('the response does not say how long the object is');
  if (known?.size !== undefined && total !== known.size) throw changed();
  if (range.start !== asked.start || range.end !== Math.min(asked.end, total)) {
    throw mismatch(`asked for bytes from ${asked.start}, got ${range.start} to ${range.end}`);
  }
  const { start, end } = range;
  return { info: readObjectInfo(response, { start, end, total }), start };
}

// A page is shown the length, but no Content-Range unless the bucket exposes it.
function hiddenRange(
  response: TransportResponse,
  asked: ByteRange | undefined,
  known: ObjectInfo | undefined,
): ContentRange | undefined {
  const length = Number(digits(response.header('content-length')) ?? 0n);
  if (response.hidesHeaders !== true || asked === undefined || length === 0) return undefined;
  const isWhole = asked.start === 0 && asked.end === Infinity;
  const total = known?.size ?? (isWhole ? length : undefined);
  return total === undefined ? undefined : { start: asked.start, end: asked.start + length, total };
}

// The bytes of two versions must never meet in one file.
function assertSame(now: ObjectInfo, known: ObjectInfo): void {
  const differs = (['etag', 'crc64', 'size'] as const).some(
    (name) => now[name] !== undefined && known[name] !== undefined && now[name] !== known[name],
  );
  if (differs) throw changed();
}

/** The error for an object that was replaced meanwhile. */
export function changed(): DownloadError {
  return new DownloadError('the object was replaced while it was being received', {
    code: 'OBJECT_CHANGED',
    retryable: false,
  });
}

function mismatch(message: string): DownloadError {
  return new DownloadError(message, { code: 'RANGE_MISMATCH', retryable: true });
}

/** Whether a request asks OSS to process the object (`x-oss-process`): the response then holds other bytes. */
export function isProcessed(path: string): boolean {
  return /[?&]x-oss-process[=&]/.test(path);
}

const PAGE = /^(?:text\/html|text\/xml|application\/(?:xhtml\+|problem\+)?xml|application\/(?:problem\+)?json)\b/i;
const PAGE_NAME = /\.(?:x?html?|xml|svg|rss|atom|kml|gml|plist|json|geojson|map|webmanifest)$/i;
// Gateways give their pages entity tags and dates, too. Only OSS sends these.
const OSS_FACTS = ['x-oss-request-id', 'x-oss-object-type', 'x-oss-hash-crc64ecma'];
const VISIBLE_FACTS = ['etag', 'last-modified'];

/**
 * Whether a 200 holds a page in place of the object, as gateways and sign-in pages of networks send it, or an error that came
 * up after the status was sent: a page that OSS does not claim as its own and that the link does not ask for.
 *
 * @param path of the request
 */
export function isPage(response: TransportResponse, path: string): boolean {
  if (response.status !== 200 || isProcessed(path)) return false;
  if (!PAGE.test(response.header('content-type') ?? '')) return false;
  const has = (name: string): boolean => response.header(name) !== undefined;
  if (OSS_FACTS.some(has)) return false;
  // A web page is shown the date of an object, but OSS's own headers only where the bucket exposes them.
  if (response.hidesHeaders === true) return !VISIBLE_FACTS.some(has);
  // A name for pages, or a type that was asked for, says little where there is nothing of an object at all.
  return !isPageWanted(path) || !VISIBLE_FACTS.some(has);
}

function isPageWanted(path: string): boolean {
  const [pathname = '', query = ''] = path.split(/\?(.*)/s);
  return PAGE_NAME.test(pathname) || /(?:^|&)response-content-type=/.test(query);
}
