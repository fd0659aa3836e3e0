import type { CredentialInput, CredentialProvider } from '@ossgrant/credentials-core';
import { toProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { safeFileName, fromObject, fromUrl, type RequestSource } from '@ossgrant/http-downloader';
import { redactText } from '@ossgrant/signer-core';
import { settledCredentials } from '../../connection/credentials.ts';
import { endpointOptions } from '../../connection/endpoint.ts';
import { proxiedFetch } from '../../connection/proxy.ts';
import { CliError, EXIT, usageError } from '../../failure/cli-error.ts';
import { formatObjectAddress, isObjectAddress, parseObjectAddress } from '../../input/object-address.ts';
import { decodeText, readBytes } from '../../input/read-text.ts';
import { headersOf, type GetContext } from './options.ts';

/** Something to download. */
export interface Item {
  readonly source: RequestSource;
  /** For people and reports: a link without its query, which holds the permission. */
  readonly label: string;
  /** File name derived from the key. */
  readonly name: string;
  /** Folders of the key, from a list or below a prefix. */
  readonly folders: readonly string[];
  /** The link itself, to find out why it was refused. Never shown. */
  readonly link?: string;
  /** Facts from a listing. */
  readonly listed?: { readonly size: number; readonly lastModified?: Date };
}

/** A line of a list that names nothing to download. */
export interface InvalidItem {
  readonly label: string;
  readonly error: CliError;
}

/**
 * Reads links, object addresses, and lists of them on stdin. All objects share the credentials of the default chain.
 *
 * @throws CliError for an argument that is neither; CredentialError when an object needs credentials and none are configured
 */
export async function itemsOf(context: GetContext): Promise<readonly (Item | InvalidItem)[]> {
  const read = itemReader(context);
  const items: (Item | InvalidItem)[] = [];
  for (const arg of context.args) {
    if (arg === '-') items.push(...(await listedItems(context, read)));
    else if (context.options.recursive) items.push(...(await itemsBelow(arg, context, read)));
    else items.push({ ...(await read(arg)), folders: [] });
  }
  return items;
}

type ReadItem = (text: string) => Promise<Item>;

interface Reader extends ReadItem {
  object(bucket: string, key: string): Promise<Item>;
  provider(): Promise<CredentialProvider>;
}

function itemReader({ options, env, signal }: GetContext): Reader {
  const headers = headersOf(options);
  let credentials: Promise<CredentialInput> | undefined;
  const settled = (): Promise<CredentialInput> =>
    (credentials ??= settledCredentials({ profile: options.profile, env }, signal));
  const object = async (bucket: string, key: string): Promise<Item> => {
    const source = fromObject({
      ...endpointOptions(options, env),
      credentials: await settled(),
      bucket,
      key,
      ...defined({ versionId: options['version-id'] }),
    });
    const label = formatObjectAddress({ bucket, key });
    return { source: withHeaders(source, headers), label, ...namesOf(key) };
  };
  const read = async (text: string): Promise<Item> => {
    if (!isObjectAddress(text)) return linkItem(text, headers);
    const { bucket, key } = parseObjectAddress(text);
    if (key === '' || key.endsWith('/')) {
      throw usageError(`${text} is a folder`, 'name an object, or add --recursive to download all of them');
    }
    return object(bucket, key);
  };
  return Object.assign(read, { object, provider: async () => toProvider(await settled()) });
}

function linkItem(link: string, headers: Readonly<Record<string, string>>): Item {
  if (!/^https?:\/\//i.test(link)) {
    throw usageError('neither a link nor an object address', 'write https://... or oss://BUCKET/KEY');
  }
  const source = fromUrl(link);
  // A link that was damaged may have its parameters in the path.
  const [label = ''] = redactText(link).split(/[?#]/);
  const key = decoded(label.replace(/^https?:\/\/[^/]*\/?/i, ''));
  return { source: withHeaders(source, headers), label, link, ...namesOf(key) };
}

/** Adds headers to every request: signed with it where the source signs headers. */
function withHeaders(source: RequestSource, headers: Readonly<Record<string, string>>): RequestSource {
  if (Object.keys(headers).length === 0) return source;
  return {
    ...source,
    async prepare(attempt) {
      if (source.signsHeaders === true) {
        return source.prepare({ ...attempt, headers: { ...headers, ...attempt.headers } });
      }
      const prepared = await source.prepare(attempt);
      return { ...prepared, headers: { ...headers, ...prepared.headers } };
    },
  };
}

function namesOf(key: string): Pick<Item, 'name' | 'folders'> {
  const segments = key.split('/').filter((segment) => !['', '.', '..'].includes(segment));
  return {
    name: safeFileName({ key }),
    folders: segments.slice(0, -1).map((segment) => safeFileName({ key: segment })),
  };
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

// A link is a permission: on stdin, neither other users nor the shell history see it.
async function listedItems(context: GetContext, read: ReadItem): Promise<readonly (Item | InvalidItem)[]> {
  const lines = decodeText(await readBytes(context.stdin())).split(/\r\n|[\n\r]/);
  const seen = new Set<string>();
  const items: (Item | InvalidItem)[] = [];
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#') || seen.has(text)) continue;
    seen.add(text);
    try {
      items.push(await read(text));
    } catch (error) {
      if (!(error instanceof CliError || error instanceof TypeError)) throw error;
      items.push({ label: `line ${index + 1}`, error: asUsageError(error) });
    }
  }
  // Empty input is what a failed command in front of the pipe leaves.
  if (items.length === 0) throw new CliError(EXIT.notFound, 'stdin holds no link to download');
  return withoutCommonFolders(items);
}

function asUsageError(error: CliError | TypeError): CliError {
  return error instanceof CliError ? error : usageError(error.message);
}

async function itemsBelow(arg: string, context: GetContext, reader: Reader): Promise<readonly Item[]> {
  if (!isObjectAddress(arg)) throw usageError('--recursive needs oss://BUCKET/PREFIX', 'a link names one object');
  const { options, env, signal } = context;
  if (options['version-id'] !== undefined) throw usageError('--version-id and --recursive exclude each other');
  const { bucket, key: prefix } = parseObjectAddress(arg);
  const { listObjects } = await import('../../connection/list-objects.ts');
  const access = { endpoint: endpointOptions(options, env), provider: await reader.provider() };
  const items: Item[] = [];
  // Folders are kept below the last one of the prefix.
  const base = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  for await (const found of listObjects({ ...access, bucket, prefix, fetch: await proxiedFetch(env), signal })) {
    const { key, size, lastModified } = found;
    if (key.endsWith('/') && size === 0) continue;
    const item = await reader.object(bucket, key);
    const { folders } = namesOf(key.slice(base.length));
    items.push({ ...item, folders, listed: { size, ...defined({ lastModified }) } });
  }
  if (items.length === 0) throw new CliError(EXIT.notFound, `${arg} holds no object`);
  return items;
}

/** Keeps the folders in which the items of a list differ. */
export function withoutCommonFolders(items: readonly (Item | InvalidItem)[]): readonly (Item | InvalidItem)[] {
  const all = items.filter((item): item is Item => 'source' in item).map(({ folders }) => folders);
  const [first = []] = all;
  const differs = first.findIndex((folder, depth) => all.some((folders) => folders[depth] !== folder));
  const common = differs === -1 ? Math.min(...all.map(({ length }) => length)) : differs;
  return items.map((item) => ('source' in item ? { ...item, folders: item.folders.slice(common) } : item));
}
