import type { CredentialInput, CredentialProvider } from '@ossgrant/credentials-core';
import { toProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { fromObject } from '@ossgrant/http-downloader';
import { settledCredentials } from '../../connection/credentials.ts';
import { endpointOptions } from '../../connection/endpoint.ts';
import { proxiedFetch } from '../../connection/proxy.ts';
import { CliError, EXIT, usageError } from '../../failure/cli-error.ts';
import { formatObjectAddress, isObjectAddress, parseObjectAddress } from '../../input/object-address.ts';
import { decodeText, readBytes, readPassword } from '../../input/read-text.ts';
import { linkItem, namesOf, withHeaders, withoutCommonFolders, type InvalidItem, type Item } from './item.ts';
import { readManifest } from './manifest.ts';
import { headersOf, type GetContext } from './options.ts';
import { parseShare, shareItems } from './share-item.ts';

/**
 * Reads links, object addresses, and lists of them on stdin. All objects share the credentials of the default chain.
 *
 * @throws CliError for an argument that is neither; CredentialError when an object needs credentials and none are configured
 */
export async function itemsOf(context: GetContext): Promise<readonly (Item | InvalidItem)[]> {
  const read = itemReader(context);
  const items: (Item | InvalidItem)[] = [];
  const { manifest, 'password-file': passwordFile } = context.options;
  if (passwordFile === '-' && (manifest === '-' || context.args.includes('-'))) {
    throw usageError('stdin cannot be both a list and the password', 'write the password to a file');
  }
  if (manifest !== undefined) {
    items.push(...withoutCommonFolders(await readManifest(manifest, context)));
  }
  for (const arg of context.args) {
    if (arg === '-') items.push(...(await listedItems(context, read)));
    else if (parseShare(arg) !== undefined) items.push(...(await read(arg)));
    else if (context.options.recursive) items.push(...(await itemsBelow(arg, context, read)));
    else items.push(...(await read(arg)).map((item) => ({ ...item, folders: [] })));
  }
  return items;
}

/** A link or an object address is one item; a share may be many. */
type ReadItems = (text: string) => Promise<readonly (Item | InvalidItem)[]>;

interface Reader extends ReadItems {
  object(bucket: string, key: string): Promise<Item>;
  provider(): Promise<CredentialProvider>;
}

function itemReader(context: GetContext): Reader {
  const { options, env, signal } = context;
  const headers = headersOf(options);
  let credentials: Promise<CredentialInput> | undefined;
  const settled = (): Promise<CredentialInput> =>
    (credentials ??= settledCredentials({ profile: options.profile, env }, signal));
  // Once for all shares: stdin can be read only once.
  const file = options['password-file'];
  let password: Promise<string> | undefined;
  const passwordOfShares = async (): Promise<string | undefined> =>
    file === undefined ? undefined : (password ??= readPassword(file, context));
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
  const read: ReadItems = async (text) => {
    const share = parseShare(text);
    if (share !== undefined) return shareItems(share, await passwordOfShares(), context);
    if (!isObjectAddress(text)) return [linkItem(text, headers)];
    const { bucket, key } = parseObjectAddress(text);
    if (key === '' || key.endsWith('/')) {
      throw usageError(`${text} is a folder`, 'name an object, or add --recursive to download all of them');
    }
    return [await object(bucket, key)];
  };
  return Object.assign(read, { object, provider: async () => toProvider(await settled()) });
}

// A link is a permission: on stdin, neither other users nor the shell history see it.
async function listedItems(context: GetContext, read: ReadItems): Promise<readonly (Item | InvalidItem)[]> {
  const lines = decodeText(await readBytes(context.stdin())).split(/\r\n|[\n\r]/);
  const seen = new Set<string>();
  const items: (Item | InvalidItem)[] = [];
  for (const [index, line] of lines.entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#') || seen.has(text)) continue;
    seen.add(text);
    try {
      items.push(...(await read(text)));
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
    items.push({ ...item, folders, facts: { size, ...defined({ lastModified }) } });
  }
  if (items.length === 0) throw new CliError(EXIT.notFound, `${arg} holds no object`);
  return items;
}
