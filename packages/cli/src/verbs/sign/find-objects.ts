import type { CredentialProvider } from '@ossgrant/credentials-core';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { proxiedFetch } from '../../connection/proxy.ts';
import { usageError } from '../../failure/cli-error.ts';
import { isObjectAddress, parseObjectAddress, type ObjectAddress } from '../../input/object-address.ts';
import { readList } from '../../input/read-text.ts';
import type { Context } from '../../verb.ts';
import type { SIGN_OPTIONS } from './options.ts';

/** Says whether a key, without the prefix, is wanted. */
export type KeyFilter = (key: string) => boolean;

/**
 * Makes a filter of globs: a key must fit one of `include`, if there are any, and none of `exclude`. A glob without a slash is
 * compared with the last part of the key.
 */
export async function keyFilter(include: readonly string[], exclude: readonly string[]): Promise<KeyFilter> {
  if (include.length === 0 && exclude.length === 0) return () => true;
  const { default: picomatch } = await import('picomatch');
  // Keys have no file system: a dot hides nothing and a backslash is a character.
  const matcher = (globs: readonly string[]): KeyFilter => {
    const matches = globs.map((glob) => picomatch(glob, { dot: true, basename: !glob.includes('/'), windows: false }));
    return (key) => matches.some((match) => match(key));
  };
  const wanted = include.length === 0 ? () => true : matcher(include);
  const unwanted = exclude.length === 0 ? () => false : matcher(exclude);
  return (key) => wanted(key) && !unwanted(key);
}

/** Who may list. */
export interface ListAccess {
  readonly endpoint: EndpointOptions;
  readonly provider: CredentialProvider;
}

type SignContext = Context<typeof SIGN_OPTIONS>;

/** @throws CliError when the command names no object at all */
export function assertObjectsNamed({ args, options }: Pick<SignContext, 'args' | 'options'>): void {
  if (args.length > 0 || options['files-from'] !== undefined) return;
  throw usageError('oss://BUCKET/KEY is missing', 'see: ossgrant sign --help');
}

/**
 * The objects that a command names: its arguments, what is under them, or what a file lists.
 *
 * @throws CliError
 */
export function findObjects(
  context: SignContext,
  access: ListAccess,
): Iterable<ObjectAddress> | AsyncIterable<ObjectAddress> {
  const { options, args } = context;
  const addresses = args.map(parseObjectAddress);
  if (options['files-from'] !== undefined) {
    if (options.recursive) throw usageError('--files-from and --recursive exclude each other');
    if (addresses.length > 1) throw usageError('--files-from takes one oss://BUCKET/PREFIX, to put before its keys');
    return fromFile(context, options['files-from'], addresses[0]);
  }
  if (options.recursive) return underPrefixes(context, addresses, access);
  if (options.include.length + options.exclude.length > 0) {
    throw usageError('--include and --exclude choose from --recursive or --files-from');
  }
  const noKey = addresses.find(({ key }) => key === '');
  if (noKey !== undefined) {
    throw usageError(`oss://${noKey.bucket} names no object`, 'for all that is in it: --recursive');
  }
  return addresses;
}

async function* fromFile(
  context: SignContext,
  file: string,
  base: ObjectAddress | undefined,
): AsyncGenerator<ObjectAddress> {
  const wanted = await keyFilter(context.options.include, context.options.exclude);
  const separator = context.options.null ? '\0' : '\n';
  for await (const item of readList({ ...context, file, separator })) {
    if (isObjectAddress(item)) {
      const address = parseObjectAddress(item);
      if (wanted(address.key)) yield address;
    } else if (base === undefined) {
      throw usageError(
        `--files-from has "${item}", which says no bucket`,
        'give oss://BUCKET/PREFIX before its keys, or write oss://BUCKET/KEY in the file',
      );
    } else if (wanted(item)) yield { bucket: base.bucket, key: base.key + item };
  }
}

async function* underPrefixes(
  context: SignContext,
  prefixes: readonly ObjectAddress[],
  access: ListAccess,
): AsyncGenerator<ObjectAddress> {
  const { options, env, signal } = context;
  const wanted = await keyFilter(options.include, options.exclude);
  const { listObjects } = await import('../../connection/list-objects.ts');
  const fetch = await proxiedFetch(env);
  for (const { bucket, key: prefix } of prefixes) {
    for await (const { key, size } of listObjects({ ...access, bucket, prefix, fetch, signal })) {
      // What a console makes for an empty folder is nothing to hand out.
      if (key.endsWith('/') && size === 0) continue;
      if (wanted(key.slice(prefix.length))) yield { bucket, key };
    }
  }
}
