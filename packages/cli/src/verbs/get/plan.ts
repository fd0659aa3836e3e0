import { lstat, mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { CredentialInput } from '@ossgrant/credentials-core';
import { safeFileName, fromObject, fromUrl, type RequestSource, openDownload } from '@ossgrant/http-downloader';
import { settledCredentials } from '../../connection/credentials.ts';
import { CONNECTION_OPTIONS, endpointOptions } from '../../connection/endpoint.ts';
import { usageError, CliError, EXIT } from '../../failure/cli-error.ts';
import { isObjectAddress, parseObjectAddress } from '../../input/object-address.ts';
import { parseBitRate } from '../../input/values.ts';
import type { OptionTable, OptionValues, Context } from '../../verb.ts';

/**
 * A file name that stays in its folder. A name that a download keeps its state under is changed: what somebody else put there
 * would be taken for the beginning of another download.
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
    help: 'where to; - is stdout; default: by the key',
  },
  'server-name': { type: 'flag', short: 'O', help: "the server's name for it, which never replaces a file" },
  'out-dir': { type: 'text', value: 'FOLDER', completes: 'folder', help: 'made if there is none; default: this one' },
  connections: { type: 'text', value: '1..16', help: 'most at once; default: as many as make it faster' },
  'limit-rate': { type: 'text', value: '5MB/s', help: 'bandwidth of all connections together' },
  report: { type: 'text', value: 'FILE', completes: 'file', help: 'what became of each download, as JSON' },
  json: { type: 'flag', help: 'the same on stdout' },
  'version-id': { type: 'text', value: 'ID', help: 'one version of an oss:// object' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;

/** What was given of them. */
export type GetOptions = OptionValues<typeof GET_OPTIONS>;

/** Something to be downloaded. */
export interface Item {
  readonly source: RequestSource;
  /** For people and reports: a link without its query, which holds the permission. */
  readonly label: string;
  /** File name by the key. */
  readonly name: string;
}

/**
 * Reads what is to be downloaded: links, and objects by the default chain, all of which share one key.
 *
 * @throws CliError for what is neither; CredentialError when a key is needed and there is none
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
    ...(versionId === undefined ? {} : { versionId }),
  });
  return { source, label: arg, name: fileNameOf({ key }) };
}

function linkItem(arg: string): Item {
  if (!/^https?:\/\//i.test(arg)) {
    throw usageError('it is neither a link nor an object', 'write https://... or oss://BUCKET/KEY');
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
 * The files that downloads go to, as far as they can be told without asking the server. No name leaves the folder.
 *
 * @throws CliError when two downloads would go to the same file
 */
export async function planTargets(
  items: readonly Item[],
  options: GetOptions,
  cwd: string,
): Promise<readonly string[]> {
  const { output } = options;
  if (output !== undefined) {
    if (items.length > 1) throw usageError('--output is for one download', 'use --out-dir for several');
    if (options['server-name']) throw usageError('give either --output or --server-name');
    if (options['out-dir'] !== undefined) throw usageError('give either --output or --out-dir');
    return [resolve(cwd, output)];
  }
  const folder = resolve(cwd, options['out-dir'] ?? '.');
  await mkdir(folder, { recursive: true });
  const targets = items.map(({ name }) => join(folder, name));
  // File systems that ignore case, or the normal form of letters, take these for one.
  const forms = targets.map((target) => target.normalize('NFC').toLowerCase());
  const seen = new Set<string>();
  const double = forms.findIndex((form) => seen.size === seen.add(form).size);
  if (double !== -1 && !options['server-name']) {
    throw usageError(`two downloads would go to ${targets[double]}`, 'download them one by one, each with --output');
  }
  return targets;
}

/**
 * The file by the name that the server has for it. Costs a request of its own, which ends when its head has come.
 *
 * @throws CliError when there is such a file: a name that somebody else chose replaces nothing
 */
export async function serverTarget(item: Item, options: GetOptions, cwd: string, signal: AbortSignal): Promise<string> {
  const { info, body, done } = await openDownload(item.source, { signal });
  done.catch(() => {});
  await body.cancel();
  const { contentDisposition } = info;
  const name = contentDisposition === undefined ? item.name : fileNameOf({ contentDisposition, key: item.name });
  const target = join(resolve(cwd, options['out-dir'] ?? '.'), name);
  if (await lstat(target).catch(() => undefined)) {
    throw new CliError(EXIT.failure, `${target} exists`, { fix: 'name another file with --output' });
  }
  return target;
}

/** How bytes are fetched. */
export interface Transfer {
  readonly connections?: number;
  /** In bytes per second. */
  readonly bandwidthLimit?: number;
}

/** @throws CliError for numbers that cannot be */
export function transferOf(options: GetOptions): Transfer {
  const { connections, 'limit-rate': rate } = options;
  if (connections !== undefined && !/^([1-9]|1[0-6])$/.test(connections)) {
    throw usageError(`--connections "${connections}" is not from 1 to 16`);
  }
  return {
    ...(connections === undefined ? {} : { connections: Number(connections) }),
    ...(rate === undefined ? {} : { bandwidthLimit: parseBitRate('--limit-rate', rate) / 8 }),
  };
}
