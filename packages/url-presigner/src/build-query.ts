import { contentDisposition } from './content-disposition.ts';
import type { PresignFields, ResponseOverrides } from './contracts.ts';
import { refuseInlineMarkup } from './refuse-inline-markup.ts';
import { sourceCondition } from './source-condition.ts';

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
 * Turns a link's typed options into query parameters.
 *
 * @throws TypeError when two options set one parameter, or contradict each other
 * @throws PresignError `INLINE_MARKUP`
 * @throws RangeError for a traffic limit that OSS refuses
 */
export function buildQuery(fields: PresignFields): Readonly<Record<string, string | null>> {
  const { versionId, response, download, process, trafficLimit } = fields;
  if (fields.preventCaching === true && fields.stableWindow !== undefined) {
    throw new TypeError('stableWindow is for caching and preventCaching against it: give one of them');
  }
  const query = new Map<string, string | null>();
  const set = (name: string, value: string | null): void => {
    if (query.has(name)) throw new TypeError(`query parameter "${name}" is set by two options`);
    query.set(name, value);
  };
  if (versionId !== undefined) set('versionId', versionId);
  if (response !== undefined)
    for (const [option, value] of Object.entries(response)) {
      const name = OVERRIDE_NAMES[option as keyof ResponseOverrides] as string | undefined;
      if (name === undefined) throw new TypeError(`response.${option} is not a header that OSS overrides`);
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
