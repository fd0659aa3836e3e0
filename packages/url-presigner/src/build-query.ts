import { PresignError } from './presign-error.ts';
import type { PresignFields, ResponseOverrides } from './presigner.ts';

const OVERRIDE_NAMES: Readonly<Record<keyof ResponseOverrides, string>> = {
  contentType: 'response-content-type',
  contentLanguage: 'response-content-language',
  expires: 'response-expires',
  cacheControl: 'response-cache-control',
  contentDisposition: 'response-content-disposition',
  contentEncoding: 'response-content-encoding',
};
const NONE = Object.freeze({});
const MIN_TRAFFIC_LIMIT = 819_200;
const MAX_TRAFFIC_LIMIT = 838_860_800;

/**
 * Turns the options of a link into query parameters.
 *
 * @throws TypeError when two options set one parameter, or contradict each other
 * @throws PresignError `INLINE_MARKUP`
 * @throws RangeError for a traffic limit that OSS refuses
 */
export function buildQuery(fields: PresignFields): Readonly<Record<string, string | null>> {
  const { versionId, response, download, process, trafficLimit } = fields;
  if (fields.preventCaching === true && fields.stableWindow !== undefined) {
    throw new TypeError(
      'stableWindow and preventCaching exclude each other: the first is for caching, the second against it',
    );
  }
  const query = new Map<string, string | null>();
  const set = (name: string, value: string | null): void => {
    if (query.has(name)) throw new TypeError(`two options set the query parameter "${name}"`);
    query.set(name, value);
  };
  if (versionId !== undefined) set('versionId', versionId);
  if (response !== undefined)
    for (const [option, value] of Object.entries(response)) {
      const name = OVERRIDE_NAMES[option as keyof ResponseOverrides] as string | undefined;
      if (name === undefined) throw new TypeError(`response.${option} is not a header that OSS can override`);
      set(name, value as string);
    }
  if (download !== undefined) set('response-content-disposition', contentDisposition(download));
  if (fields.preventCaching === true) set('response-cache-control', 'private, no-store');
  if (process !== undefined) set('x-oss-process', process);
  if (trafficLimit !== undefined) set('x-oss-traffic-limit', trafficLimitText(trafficLimit));
  if (fields.requestPayer !== undefined) set('x-oss-request-payer', fields.requestPayer);
  for (const [name, value] of sourceCondition(fields)) set(name, value);
  if (fields.query !== undefined) for (const [name, value] of Object.entries(fields.query)) set(name, value);
  if (query.size === 0) return NONE;
  if (fields.allowInlineMarkup !== true) {
    refuseInlineMarkup({
      key: fields.key,
      filename: download?.filename,
      contentType: query.get('response-content-type'),
      contentDisposition: query.get('response-content-disposition'),
    });
  }
  return Object.fromEntries(query);
}

function trafficLimitText(bitsPerSecond: number): string {
  if (!Number.isInteger(bitsPerSecond) || bitsPerSecond < MIN_TRAFFIC_LIMIT || bitsPerSecond > MAX_TRAFFIC_LIMIT) {
    throw new RangeError(
      `trafficLimit must be ${MIN_TRAFFIC_LIMIT} (100 KB/s) to ${MAX_TRAFFIC_LIMIT} (100 MB/s), in bit/s`,
    );
  }
  return String(bitsPerSecond);
}

/**
 * Builds a Content-Disposition value (RFC 6266): an ASCII name for old clients and, where that differs from the name,
 * the exact one as `filename*` (RFC 5987). Drops folders: where the file goes is the holder's choice.
 *
 * @throws TypeError when the name is empty or contains control characters
 */
export function contentDisposition(download: NonNullable<PresignFields['download']>): string {
  const disposition = download.disposition ?? 'attachment';
  if (download.filename === undefined) return disposition;
  const name = download.filename.slice(download.filename.search(/[^/\\]*$/));
  if (name === '' || name === '.' || name === '..' || /[\p{Cc}\p{Surrogate}]/u.test(name)) {
    throw new TypeError('download.filename must be a file name without control characters');
  }
  // `&` would be ambiguous in a V1 signature; `%` and quotes are read differently by different clients.
  const ascii = name.replace(/[^\x20-\x7e]|["%&]/gu, '_');
  const exact = ascii === name ? '' : `; filename*=UTF-8''${encodeAttribute(name)}`;
  return `${disposition}; filename="${ascii}"${exact}`;
}

// RFC 5987 attr-char is narrower than what encodeURIComponent leaves alone.
function encodeAttribute(text: string): string {
  return encodeURIComponent(text).replace(/['()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

const MARKUP_TYPE = /^\s*(?:text\/html|text\/xml|application\/xml|[\w.-]+\/[\w.-]+\+xml)\s*(?:;|$)/i;
const MARKUP_NAME = /\.(?:html?|xhtml?|xht|shtml|mhtml?|svgz?|xml|xslt?)$/i;

/** Facts that decide whether a browser shows a response as a document of the bucket's domain. */
export interface InlineFacts {
  readonly key: string;
  readonly filename: string | undefined;
  readonly contentType: string | null | undefined;
  readonly contentDisposition: string | null | undefined;
}

/**
 * Refuses links that make a browser show a document which may contain scripts: by an inline disposition, or by a markup
 * type without a disposition. The object's own type is unknown here; where the link sets none, the name's extension
 * stands for it.
 *
 * @throws PresignError `INLINE_MARKUP`
 */
export function refuseInlineMarkup(facts: InlineFacts): void {
  const { contentType, contentDisposition: disposition } = facts;
  const asksInline = /^\s*inline\b/i.test(disposition ?? '');
  const markupType = contentType ? MARKUP_TYPE.test(contentType) : undefined;
  const markupName = MARKUP_NAME.test(facts.filename ?? '') || MARKUP_NAME.test(facts.key);
  const shown = asksInline ? (markupType ?? markupName) : markupType === true && !disposition;
  if (!shown) return;
  throw new PresignError(
    'INLINE_MARKUP',
    'a browser would show HTML, SVG or XML from this link, and run its scripts with the rights of the domain. Use disposition "attachment", or set allowInlineMarkup if the content is yours',
  );
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/;

/**
 * Query parameters that bind a link to a network.
 *
 * Experimental: whether the address itself travels in the URL is one of the questions in docs/assumptions.md.
 *
 * @throws TypeError for an invalid address or VPC id
 * @throws RangeError for a mask longer than the address
 */
export function sourceCondition(fields: Pick<PresignFields, 'sourceIp' | 'vpcId'>): [name: string, value: string][] {
  const parameters: [string, string][] = [];
  if (fields.sourceIp !== undefined) {
    const [address = '', mask, ...rest] = fields.sourceIp.split('/');
    const bits = addressBits(address);
    if (bits === undefined || rest.length > 0) throw new TypeError('sourceIp must be an IP address or network');
    const length = mask === undefined ? bits : Number(mask);
    if (mask === '' || !Number.isInteger(length) || length < 1 || length > bits) {
      throw new RangeError(`sourceIp must have a mask from 1 to ${bits}`);
    }
    parameters.push(['x-oss-ac-source-ip', address], ['x-oss-ac-subnet-mask', String(length)]);
  }
  if (fields.vpcId !== undefined) {
    if (!/^[\w-]+$/.test(fields.vpcId))
      throw new TypeError('vpcId must be a VPC id such as "vpc-t4nlw426y44rd3iq4xxxx"');
    parameters.push(['x-oss-ac-vpc-id', fields.vpcId]);
  }
  return parameters;
}

function addressBits(address: string): 32 | 128 | undefined {
  if (IPV4.test(address)) return 32;
  return /^[\da-f:.]+$/i.test(address) && URL.canParse(`http://[${address}]`) ? 128 : undefined;
}
