import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defined } from '@ossgrant/credentials-core/internal';
import type { DownloadAllOptions } from '@ossgrant/http-downloader/file';
import { CONNECTION_OPTIONS } from '../../connection/endpoint.ts';
import { CliError, EXIT, usageError } from '../../failure/cli-error.ts';
import { parseBitRate, parseDuration, parsePairs } from '../../input/values.ts';
import type { Context, OptionTable, OptionValues } from '../../verb.ts';

/** Options of `get`. */
export const GET_OPTIONS = {
  output: {
    type: 'text',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    help: 'file to write; FOLDER/ is a folder, - is stdout (default: named by the key)',
  },
  'server-name': { type: 'flag', short: 'O', help: 'use the file name that the server sends; never replaces a file' },
  'out-dir': {
    type: 'text',
    value: 'FOLDER',
    completes: 'folder',
    help: 'folder to write to, created if missing (default: current folder)',
  },
  manifest: {
    type: 'text',
    value: 'FILE',
    completes: 'file',
    help: 'download the links that sign --manifest wrote; - is stdin',
  },
  recursive: { type: 'flag', short: 'r', help: 'download every object under oss://BUCKET/PREFIX, with its folders' },
  flat: { type: 'flag', help: 'write all files of a list or prefix to one folder' },
  'skip-equal': { type: 'flag', help: 'skip files that are already there and equal' },
  'require-checksum': { type: 'flag', help: 'fail if the server sends no checksum to verify' },
  decompress: { type: 'flag', help: 'unpack objects that are stored with a Content-Encoding' },
  header: {
    type: 'text',
    multiple: true,
    value: 'NAME=VALUE',
    help: 'send a header, such as one that the link requires',
  },
  'password-file': { type: 'text', value: 'FILE', completes: 'file', help: "a share's password (- is stdin)" },

  jobs: { type: 'text', short: 'j', value: '1..32', help: 'downloads at once (default: 16, or 1 with --limit-rate)' },
  connections: {
    type: 'text',
    value: '1..64',
    help: 'maximum connections of all downloads together (default: 16, of which as many are used as help)',
  },
  'limit-rate': { type: 'text', value: '5MB/s', help: 'maximum bandwidth of all downloads together' },
  timeout: {
    type: 'text',
    value: '30s',
    help: 'longest wait for a connection, a response or more bytes (default: 30s)',
  },
  retries: { type: 'text', value: 'NUMBER', help: 'retries in a row without progress (default: 7)' },
  cacert: { type: 'text', value: 'FILE', completes: 'file', help: 'also trust the certificates in this PEM file' },

  quiet: { type: 'flag', short: 'q', help: 'write nothing but failures to stderr' },
  report: { type: 'text', value: 'FILE', completes: 'file', help: 'write the result of each download as JSON' },
  json: { type: 'flag', help: 'write the same report to stdout' },
  'version-id': { type: 'text', value: 'ID', help: 'version of an oss:// object' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;

/** The values of `GET_OPTIONS`. */
export type GetOptions = OptionValues<typeof GET_OPTIONS>;

/** The context of `get`. */
export type GetContext = Context<typeof GET_OPTIONS>;

/** How to fetch the bytes. */
export interface Transfer {
  /** Of all downloads together. */
  readonly shared: Required<Pick<DownloadAllOptions, 'connections' | 'atOnce'>>;
  /** Of each. */
  readonly options: Pick<DownloadAllOptions, 'bandwidthLimit' | 'timeouts' | 'retry' | 'requireVerified'>;
}

const CONNECTIONS = 16;

/**
 * Reads how to fetch the items.
 *
 * @throws CliError for invalid values
 */
export function transferOf(options: GetOptions): Transfer {
  const { 'limit-rate': rate, timeout, retries } = options;
  // The limit is for all downloads together, so they run one after the other.
  const wanted = numberOf('--jobs', options.jobs, 32) ?? (rate === undefined ? CONNECTIONS : 1);
  if (rate !== undefined && wanted > 1) throw usageError('--limit-rate and --jobs exclude each other');
  const connections = numberOf('--connections', options.connections, 64) ?? Math.max(CONNECTIONS, wanted);
  const timeoutMs = timeout === undefined ? undefined : parseDuration('--timeout', timeout) * 1000;
  const failures = retries === undefined ? undefined : numberOf('--retries', retries, 1000, 0);
  return {
    shared: { connections, atOnce: Math.min(wanted, connections) },
    options: defined({
      bandwidthLimit: rate === undefined ? undefined : parseBitRate('--limit-rate', rate) / 8,
      timeouts: timeoutMs === undefined ? undefined : { connectMs: timeoutMs, headersMs: timeoutMs, bodyMs: timeoutMs },
      retry: failures === undefined ? undefined : { maxFailures: failures + 1 },
      requireVerified: options['require-checksum'] ? true : undefined,
    }),
  };
}

function numberOf(option: string, text: string | undefined, max: number, min = 1): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw usageError(`${option} "${text}" is not a number from ${min} to ${max}`);
}

/**
 * The headers of `--header`, by name.
 *
 * @throws CliError for a header that cannot be sent
 */
export function headersOf(options: GetOptions): Readonly<Record<string, string>> {
  const pairs = Object.entries(parsePairs('--header', options.header));
  return Object.fromEntries(
    pairs.map(([name, value]) => {
      if (value === null) throw usageError(`--header "${name}" lacks a value`, 'write --header name=value');
      if (!/^[!#$%&'*+.^`|~\w-]+$/.test(name)) throw usageError(`--header "${name}" is not a valid header name`);
      // The value may be a secret.
      if (/[^\t\x20-\x7e]/.test(value)) throw usageError(`--header ${name} has a value outside ASCII`);
      if (/^(range|if-.*|host|content-length|connection|accept-encoding)$/i.test(name)) {
        throw usageError(`--header ${name} is set by the download itself`);
      }
      return [name.toLowerCase(), value];
    }),
  );
}

/**
 * The certificates of `--cacert`, as PEM.
 *
 * @throws CliError when the file holds none
 */
export function certificatesOf({ cacert }: GetOptions, cwd: string): string | undefined {
  if (cacert === undefined) return undefined;
  let pem: string;
  try {
    pem = readFileSync(resolve(cwd, cacert), 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError(code === 'ENOENT' ? EXIT.notFound : EXIT.failure, `--cacert ${cacert} cannot be read (${code})`);
  }
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw usageError(`--cacert ${cacert} holds no certificate`, 'give a PEM file with BEGIN CERTIFICATE');
}
