import type { EndpointOptions } from '@ossgrant/signer-core';
import type { Lifetime, PresignFields } from '@ossgrant/url-presigner';
import { usageError } from '../../failure/cli-error.ts';
import { parseBitRate, parseDuration, parseExpires, parsePairs } from '../../input/values.ts';
import type { SignOptions } from './options.ts';

/** What all links of one command have in common. */
export type LinkSettings = Lifetime & Omit<PresignFields, 'key' | 'bucket'>;

/**
 * Turns options into what the presigner takes.
 *
 * @throws CliError for a value that is none, or options that contradict each other
 */
export function linkSettings(options: SignOptions): LinkSettings {
  if (options.inline && options.attachment) throw usageError('--inline and --attachment exclude each other');
  const disposition = options.inline ? 'inline' : 'attachment';
  const { filename, process, ip } = options;
  const query = parsePairs('--param', options.param);
  const headers = headersOf(options);
  return {
    ...(options.expires === undefined ? {} : parseExpires(options.expires)),
    ...(options.method === undefined ? {} : { method: options.method.toUpperCase() }),
    ...(options['version-id'] === undefined ? {} : { versionId: options['version-id'] }),
    ...(filename !== undefined || options.inline || options.attachment
      ? { download: { disposition, ...(filename === undefined ? {} : { filename }) } }
      : {}),
    ...(process === undefined ? {} : { process }),
    ...(options.limit === undefined ? {} : { trafficLimit: trafficLimit(options.limit) }),
    ...(ip === undefined ? {} : { sourceIp: ip }),
    ...(options.stable === undefined ? {} : { stableWindow: parseDuration('--stable', options.stable) }),
    ...(options['head-twin'] ? { headTwin: true } : {}),
    ...(options['allow-inline-markup'] ? { allowInlineMarkup: true } : {}),
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...headers,
    ...(options.host === undefined ? {} : { endpoint: linkHost(options.host) }),
  };
}

function trafficLimit(text: string): number {
  const rate = parseBitRate('--limit', text);
  if (rate < 819_200 || rate > 838_860_800) throw usageError('--limit must be from 100KiB/s to 100MiB/s');
  return rate;
}

const SIGNED_BY_V1 = /^(content-type|content-md5|x-oss-.*)$/i;

// All of them are signed: a header that the link does not hold is none that its holder must send.
function headersOf(options: SignOptions): Pick<PresignFields, 'headers' | 'additionalHeaders'> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsePairs('--header', options.header))) {
    if (value === null) throw usageError(`--header "${name}" has no value`, 'write --header name=value');
    if (/^host$/i.test(name)) throw usageError('--header host: the host is part of the link', 'choose it by --host');
    if (options['sign-version'] === 'v1' && !SIGNED_BY_V1.test(name)) {
      throw usageError(`--header "${name}" is nothing that a V1 link can demand`, 'leave out --sign-version v1');
    }
    headers[name] = value;
  }
  const names = Object.keys(headers);
  if (names.length === 0) return {};
  return options['sign-version'] === 'v1' ? { headers } : { headers, additionalHeaders: names };
}

function linkHost(text: string): EndpointOptions {
  if (text === 'public' || text === 'internal' || text === 'accelerate') return { network: text };
  if (text.startsWith('cname:')) return { endpoint: text.slice('cname:'.length), addressing: 'cname' };
  throw usageError(
    `--host "${text}" is none of public, internal, accelerate, cname:URL`,
    'a custom domain is written cname:https://files.example.com',
  );
}
