import { defined } from '@ossgrant/credentials-core/internal';
import type { EndpointOptions } from '@ossgrant/signer-core';
import type { Lifetime, PresignFields } from '@ossgrant/url-presigner';
import { usageError } from '../../failure/cli-error.ts';
import { parseBitRate, parseDuration, parseExpires, parsePairs } from '../../input/values.ts';
import type { SignVerbOptions } from './options.ts';

/** What all links of one command have in common. */
export type LinkSettings = Lifetime & Omit<PresignFields, 'key' | 'bucket'>;

/**
 * Turns options into fields of the presigner.
 *
 * @throws CliError for invalid values and for options that contradict each other
 */
export function linkSettings(options: SignVerbOptions): LinkSettings {
  if (options.inline && options.attachment) throw usageError('--inline and --attachment exclude each other');
  const { filename, expires, stable, 'limit-rate': rate } = options;
  const query = parsePairs('--param', options.param);
  return {
    ...(expires === undefined ? {} : parseExpires(expires)),
    ...defined({
      method: options.method?.toUpperCase(),
      versionId: options['version-id'],
      process: options.process,
      trafficLimit: rate === undefined ? undefined : trafficLimit(rate),
      sourceIp: options.ip,
      stableWindow: stable === undefined ? undefined : parseDuration('--stable', stable),
      endpoint: options.host === undefined ? undefined : linkHost(options.host),
    }),
    ...(filename !== undefined || options.inline || options.attachment
      ? { download: { disposition: options.inline ? 'inline' : 'attachment', ...defined({ filename }) } }
      : {}),
    ...(options['head-twin'] ? { headTwin: true } : {}),
    ...(options['allow-inline-markup'] ? { allowInlineMarkup: true } : {}),
    ...(Object.keys(query).length === 0 ? {} : { query }),
    ...headersOf(options),
  };
}

function trafficLimit(text: string): number {
  const rate = parseBitRate('--limit-rate', text);
  if (rate < 819_200 || rate > 838_860_800) throw usageError('--limit-rate must be from 100KiB/s to 100MiB/s');
  return rate;
}

const SIGNED_BY_V1 = /^(content-type|content-md5|x-oss-.*)$/i;

// Every one is signed: the holder of the link need not send a header that is not part of the signature.
function headersOf(options: SignVerbOptions): Pick<PresignFields, 'headers' | 'additionalHeaders'> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsePairs('--header', options.header))) {
    if (value === null) throw usageError(`--header "${name}" lacks a value`, 'write --header name=value');
    if (/^host$/i.test(name)) {
      throw usageError('--header host is not allowed: the host is part of the link', 'choose it with --host');
    }
    if (options['sign-version'] === 'v1' && !SIGNED_BY_V1.test(name)) {
      throw usageError(`a V1 link cannot require the header "${name}"`, 'remove --sign-version v1');
    }
    headers[name] = value;
  }
  const names = Object.keys(headers);
  if (names.length === 0) return {};
  return options['sign-version'] === 'v1' ? { headers } : { headers, additionalHeaders: names };
}

const NETWORKS = ['public', 'internal', 'accelerate', 'accelerate-overseas', 'dual-stack'] as const;

function linkHost(text: string): EndpointOptions {
  const network = NETWORKS.find((name) => name === text);
  if (network !== undefined) return { network };
  if (text.startsWith('cname:')) return { endpoint: text.slice('cname:'.length), addressing: 'cname' };
  throw usageError(
    `--host "${text}" must be one of ${NETWORKS.join(', ')}, or cname:URL`,
    'write a custom domain as cname:https://files.example.com',
  );
}
