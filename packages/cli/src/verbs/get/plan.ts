import { lstat, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CredentialInput } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { safeFileName, fromObject, fromUrl, type RequestSource, openDownload } from '@ossgrant/http-downloader';
import { settledCredentials } from '../../connection/credentials.ts';
import { CONNECTION_OPTIONS, endpointOptions } from '../../connection/endpoint.ts';
import { usageError, CliError, EXIT } from '../../failure/cli-error.ts';
import { isObjectAddress, parseObjectAddress } from '../../input/object-address.ts';
import { parseBitRate } from '../../input/values.ts';
import type { OptionTable, OptionValues, Context } from '../../verb.ts';

/**
 * A file name that stays in its folder. Names of partial downloads are changed: such a file would be mistaken for the beginning of
 * another download.
 */
export function fileNameOf(hints: Parameters<typeof safeFileName>[0]): string {
  return safeFileName(hints).replaceAll(/\.ossgrant-part/gi, '_ossgrant-part');
}

/** Options of `get`. */
export const GET_OPTIONS = {
  output: {
    type: 'text',
    short: 'o',
    value: 'FILE',
    completes: 'file',
    help: 'file to write; - is stdout (default: named by the key)',
  },
  'server-name': { type: 'flag', short: 'O', help: 'use the file name that the server sends; never replaces a file' },
  'out-dir': {
    type: 'text',
    value: 'FOLDER',
    completes: 'folder',
    help: 'folder to write to, created if missing (default: current folder)',
  },
  connections: { type: 'text', value: '1..16', help: 'maximum parallel connections (default: automatic)' },
  'limit-rate': { type: 'text', value: '5MB/s', help: 'maximum bandwidth of all connections together' },
  report: { type: 'text', value: 'FILE', completes: 'file', help: 'write the result of each download as JSON' },
  json: { type: 'flag', help: 'write the same report to stdout' },
  'version-id': { type: 'text', value: 'ID', help: 'version of an oss:// object' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;

/** The values of `GET_OPTIONS`. */
export type GetOptions = OptionValues<typeof GET_OPTIONS>;

/** Something to download. */
export interface Item {
  readonly source: RequestSource;
  /** For people and reports: a link without its query, which holds the permission. */
  readonly label: string;
  /** File name derived from the key. */
  readonly name: string;
}

/**
 * Reads links and object addresses. All objects share the credentials of the default chain.
 *
 * @throws CliError for anything else; CredentialError when an object needs credentials and none are configured
 */
export async function itemsOf(args: readonly string[], context: Context<typeof GET_OPTIONS>): Promise<readonly Item[]> {
  const items: Item[] = [];
  let credentials: CredentialInput | undefined;
  for (const arg of args) {
    if (!isObjectAddress(arg)) items.push(linkItem(arg));
    else
      items.push(
        objectItem(
          arg,
          (credentials ??= await settledCredentials(
            { profile: context.options.profile, env: context.env },
            context.signal,
          )),
          context,
        ),
      );
  }
  return items;
}

function objectItem(arg: string, credentials: CredentialInput, { options, env }: Context<typeof GET_OPTIONS>): Item {
  const { bucket, key } = parseObjectAddress(arg);
  if (key === '' || key.endsWith('/')) throw usageError(`${arg} is a folder`, 'name an object');
  const versionId = options['version-id'];
  const source = fromObject({
    ...endpointOptions(options, env),
    credentials,
    bucket,
    key,
    ...defined({ versionId }),
  });
  return { source, label: arg, name: fileNameOf({ key }) };
}

function linkItem(arg: string): Item {
  if (!/^https?:\/\//i.test(arg)) {
    throw usageError('an argument is neither a link nor an object address', 'write https://... or oss://BUCKET/KEY');
  }
  const source = fromUrl(arg);
  const [label = ''] = arg.split(/[?#]/);
  return { source, label, name: fileNameOf({ key: decoded(label.replace(/^https?:\/\/[^/]*/i, '')) }) };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/**
 * The files to write, as far as they are known without a request. No name leaves the folder.
 *
 * @throws CliError when two downloads would write the same file
 */
export async function planTargets(
  items: readonly Item[],
  options: GetOptions,
  cwd: string,
): Promise<readonly string[]> {
  const { output } = options;
  if (output !== undefined) {
    if (items.length > 1) throw usageError('--output takes one download', 'use --out-dir for several');
    if (options['server-name']) throw usageError('--output and --server-name exclude each other');
    if (options['out-dir'] !== undefined) throw usageError('--output and --out-dir exclude each other');
    return [resolve(cwd, output)];
  }
  const folder = resolve(cwd, options['out-dir'] ?? '.');
  await mkdir(folder, { recursive: true });
  const targets = items.map(({ name }) => join(folder, name));
  // Some file systems ignore case or Unicode normalisation.
  const forms = targets.map((target) => target.normalize('NFC').toLowerCase());
  const seen = new Set<string>();
  const double = forms.findIndex((form) => seen.size === seen.add(form).size);
  if (double !== -1 && !options['server-name']) {
    throw usageError(`two downloads would write ${targets[double]}`, 'download them one by one, each with --output');
  }
  return targets;
}

/**
 * The file named by the server. Costs one extra request, which ends once the headers have arrived.
 *
 * @throws CliError when the file exists: a name that somebody else chose must not replace a file
 */
export async function serverTarget(item: Item, options: GetOptions, cwd: string, signal: AbortSignal): Promise<string> {
  const { info, body, done } = await openDownload(item.source, { signal });
  done.catch(() => {});
  await body.cancel();
  const { contentDisposition } = info;
  const name = contentDisposition === undefined ? item.name : fileNameOf({ contentDisposition, key: item.name });
  const target = join(resolve(cwd, options['out-dir'] ?? '.'), name);
  if (await lstat(target).catch(() => undefined)) {
    throw new CliError(EXIT.failure, `${target} already exists`, { fix: 'choose another file with --output' });
  }
  return target;
}

/** How to fetch the bytes. */
export interface Transfer {
  readonly connections?: number;
  /** In bytes per second. */
  readonly bandwidthLimit?: number;
}

/** @throws CliError for invalid values */
export function transferOf(options: GetOptions): Transfer {
  const { connections, 'limit-rate': rate } = options;
  if (connections !== undefined && !/^([1-9]|1[0-6])$/.test(connections)) {
    throw usageError(`--connections "${connections}" is not a number from 1 to 16`);
  }
  return defined({
    connections: connections === undefined ? undefined : Number(connections),
    bandwidthLimit: rate === undefined ? undefined : parseBitRate('--limit-rate', rate) / 8,
  });
}
