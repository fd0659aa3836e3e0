import type { Endpoint } from '@ossgrant/signer-core';
import { refuseInlineMarkup } from './inline-markup.ts';
import { contentDisposition, sourceCondition, trafficLimitText } from './parameter-values.ts';
import type { PresignerOptions, PresignFields, PresignWarning, ResponseOverrides } from './presigner.ts';

const OVERRIDE_NAMES: Readonly<Record<keyof ResponseOverrides, string>> = {
  contentType: 'response-content-type',
  contentLanguage: 'response-content-language',
  expires: 'response-expires',
  cacheControl: 'response-cache-control',
  contentDisposition: 'response-content-disposition',
  contentEncoding: 'response-content-encoding',
};
/**
 * Turns the options of a link into query parameters.
 *
 * @returns `undefined` when it has none of its own
 * @throws TypeError when two options set one parameter, or contradict each other
 * @throws PresignError `INLINE_MARKUP`
 * @throws RangeError for a traffic limit that OSS refuses
 */
export function buildQuery(fields: PresignFields): Readonly<Record<string, string | null>> | undefined {
  // Most links have no parameter of their own.
  if (hasNoParameter(fields)) return undefined;
  if (fields.preventCaching === true && fields.stableWindow !== undefined) {
    throw new TypeError(
      'stableWindow and preventCaching exclude each other: the first is for caching, the second against it',
    );
  }
  const query = new Map<string, string | null>();
  // By name in lower case: a second spelling of a parameter must not pass by the guard.
  const values = new Map<string, string | null>();
  for (const [name, value] of optionParameters(fields)) {
    if (values.has(name.toLowerCase())) throw new TypeError(`two options set the query parameter "${name}"`);
    values.set(name.toLowerCase(), value);
    query.set(name, value);
  }
  if (fields.allowInlineMarkup !== true) {
    refuseInlineMarkup({
      key: fields.key,
      filename: fields.download?.filename,
      contentType: values.get('response-content-type'),
      contentDisposition: values.get('response-content-disposition'),
    });
  }
  return query.size === 0 ? undefined : Object.fromEntries(query);
}

// Written out: a loop over the names costs as much as a tenth of the signature.
function hasNoParameter(fields: PresignFields): boolean {
  return (
    fields.versionId === undefined &&
    fields.response === undefined &&
    fields.download === undefined &&
    fields.process === undefined &&
    fields.trafficLimit === undefined &&
    fields.requestPayer === undefined &&
    fields.sourceIp === undefined &&
    fields.vpcId === undefined &&
    fields.preventCaching === undefined &&
    fields.query === undefined
  );
}

function* optionParameters(fields: PresignFields): Generator<readonly [name: string, value: string | null]> {
  const { versionId, response = {}, download, process, trafficLimit, requestPayer } = fields;
  if (versionId !== undefined) yield ['versionId', versionId];
  for (const [option, value] of Object.entries(response) as [keyof ResponseOverrides, string | undefined][]) {
    if (value !== undefined) yield [OVERRIDE_NAMES[option], value];
  }
  if (download !== undefined) yield ['response-content-disposition', contentDisposition(download)];
  if (fields.preventCaching === true) yield ['response-cache-control', 'private, no-store'];
  if (process !== undefined) yield ['x-oss-process', process];
  if (trafficLimit !== undefined) yield ['x-oss-traffic-limit', trafficLimitText(trafficLimit)];
  if (requestPayer !== undefined) yield ['x-oss-request-payer', requestPayer];
  yield* sourceCondition(fields);
  yield* Object.entries(fields.query ?? {});
}

/** Warns, when a presigner is made, that V1 is being retired. */
export function warnOfV1({ version, onWarning }: PresignerOptions): void {
  if (version !== 'v1') return;
  onWarning?.({
    code: 'V1_IS_RETIRING',
    message: 'V1 signatures are being retired: new buckets refuse them (EC 0002-00000080). Use V4',
  });
}

/** A link that is about to be signed. */
export interface LinkFacts {
  readonly request: PresignFields;
  readonly query: Readonly<Record<string, string | null>> | undefined;
  readonly endpoint: Endpoint;
}

const NONE: readonly PresignWarning[] = Object.freeze([]);

/** Finds what is allowed and plainly meant otherwise. */
export function presignWarnings({ request, query, endpoint }: LinkFacts): readonly PresignWarning[] {
  const { key } = request;
  const disposition = query?.['response-content-disposition'];
  const process = query?.['x-oss-process'];
  const isPlainKey = !key.includes('%') && !key.includes('?') && !key.includes('://');
  if (isPlainKey && !disposition && !process && !isApp(key)) return NONE;

  const isDefaultDomain = endpoint.addressing === 'virtual-host' && endpoint.origin.endsWith('.aliyuncs.com');
  const checks: readonly (readonly [PresignWarning['code'], boolean, string])[] = [
    [
      'KEY_IS_URL',
      /^(?:https?|oss):\/\//i.test(key),
      'the key looks like a URL: pass only what follows the bucket, such as "dir/report.pdf"',
    ],
    [
      'PARAMETER_IN_KEY',
      /\?(?:x-oss-|response-|versionId=)/.test(key),
      'the key contains "?" and a parameter, and so names another object: pass parameters as process, versionId, response or query',
    ],
    [
      'KEY_ENCODED',
      isEncoded(key),
      'the key looks percent-encoded already: pass it as it is in the bucket, the presigner encodes it',
    ],
    [
      'WATERMARK_BASE64',
      hasStandardBase64(process ?? ''),
      'a watermark in process seems to be standard Base64: OSS takes the URL-safe alphabet, "-" for "+" and "_" for "/"',
    ],
    [
      'INLINE_ON_DEFAULT_DOMAIN',
      isDefaultDomain && /^\s{0,8}inline/i.test(disposition ?? ''),
      'on its own domains OSS may force a download whatever the disposition: show content from a custom domain',
    ],
    [
      'APP_ON_DEFAULT_DOMAIN',
      isDefaultDomain && isApp(key),
      'OSS does not deliver APK and IPA files from its own domains (ApkDownloadForbidden): use a custom domain',
    ],
  ];
  const found = checks.filter(([, holds]) => holds);
  return found.length === 0 ? NONE : found.map(([code, , message]) => ({ code, message }));
}

function isApp(key: string): boolean {
  if (key.charCodeAt(key.length - 4) !== 46) return false;
  const extension = key.slice(-3).toLowerCase();
  return extension === 'apk' || extension === 'ipa';
}

function isEncoded(key: string): boolean {
  if (!/%[0-9a-f]{2}/i.test(key) || /[^\x21-\x7e]/.test(key)) return false;
  try {
    return decodeURIComponent(key) !== key;
  } catch {
    return false;
  }
}

const ACTIONS =
  /^(?:resize|crop|rotate|quality|format|watermark|interlace|info|circle|blur|bright|contrast|sharpen|auto-orient|indexcrop|rounded-corners|average-hue|blindwatermark|imm|saveas|image)(?:,|$)/;

// In "text_ab/cd" the slash begins a further action; only one that exists is meant.
function hasStandardBase64(process: string): boolean {
  const pieces = process.split('/');
  return pieces.some((piece, index) => {
    if (!/(?:^|,)(?:text|image)_[\w+=-]*/.test(piece) || !piece.startsWith('watermark')) return false;
    const next = pieces[index + 1];
    return /(?:text|image)_[\w=-]*\+/.test(piece) || (next !== undefined && !ACTIONS.test(next));
  });
}
