import type { EndpointOptions } from '@ossgrant/signer-core';
import type { Lifetime, PresignFields } from '@ossgrant/url-presigner';
import { usageError } from '../../cli-error.ts';
import { parseBitRate } from '../../values/bit-rate.ts';
import { parseDuration } from '../../values/duration.ts';
import { parseExpires } from '../../values/expires.ts';
import { parsePairs } from '../../values/pairs.ts';
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
  const headers = parsePairs('--header', options.header);
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
    ...(Object.keys(headers).length === 0 ? {} : { headers: withValues(headers) }),
    ...(options.host === undefined ? {} : { endpoint: linkHost(options.host) }),
  };
}

function trafficLimit(text: string): number {
  const rate = parseBitRate('--limit', text);
  if (rate < 819_200 || rate > 838_860_800) throw usageError('--limit must be from 100KiB/s to 100MiB/s');
  return rate;
}

function withValues(headers: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      if (value === null) throw usageError(`--header "${name}" has no value`, 'write --header name=value');
      return [name, value];
    }),
  );
}

function linkHost(text: string): EndpointOptions {
  if (text === 'public' || text === 'internal' || text === 'accelerate') return { network: text };
  if (text.startsWith('cname:')) return { endpoint: text.slice('cname:'.length), addressing: 'cname' };
  throw usageError(
    `--host "${text}" is none of public, internal, accelerate, cname:URL`,
    'a custom domain is written cname:https://files.example.com',
  );
}
