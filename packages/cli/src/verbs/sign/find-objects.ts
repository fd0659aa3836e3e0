import type { CredentialProvider } from '@ossgrant/credentials-core';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { proxiedFetch } from '../../connection/proxy.ts';
import { usageError } from '../../failure/cli-error.ts';
import { isObjectAddress, parseObjectAddress, type ObjectAddress } from '../../input/object-address.ts';
import { readList } from '../../input/read-text.ts';
import type { Context } from '../../verb.ts';
import type { SIGN_OPTIONS } from './options.ts';

/** Tests a key, without the prefix. */
export type KeyFilter = (key: string) => boolean;

/**
 * Creates a filter from globs: a key must match one of `include`, if any are given, and none of `exclude`. A glob without a slash
 * is matched against the last part of the key.
 */
export async function keyFilter(include: readonly string[], exclude: readonly string[]): Promise<KeyFilter> {
  if (include.length === 0 && exclude.length === 0) return () => true;
  const { default: picomatch } = await import('picomatch');
  // Keys are not paths: a leading dot hides nothing, and a backslash is an ordinary character.
  const matcher = (globs: readonly string[]): KeyFilter => {
    const matches = globs.map((glob) => picomatch(glob, { dot: true, basename: !glob.includes('/'), windows: false }));
    return (key) => matches.some((match) => match(key));
  };
  const wanted = include.length === 0 ? () => true : matcher(include);
  const unwanted = exclude.length === 0 ? () => false : matcher(exclude);
  return (key) => wanted(key) && !unwanted(key);
}

/** Where to list, and as whom. */
export interface ListAccess {
  readonly endpoint: EndpointOptions;
  readonly provider: CredentialProvider;
}

type SignContext = Context<typeof SIGN_OPTIONS>;

/** @throws CliError when the command names no object */
export function assertObjectsNamed({ args, options }: Pick<SignContext, 'args' | 'options'>): void {
  if (args.length > 0 || options['files-from'] !== undefined) return;
  throw usageError('oss://BUCKET/KEY is missing', 'see: ossgrant sign --help');
}

/**
 * The objects that a command names: its arguments, the objects under them, or those listed in a file.
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
    if (addresses.length > 1) throw usageError('--files-from takes one oss://BUCKET/PREFIX for its keys');
    return fromFile(context, options['files-from'], addresses[0]);
  }
  if (options.recursive) return underPrefixes(context, addresses, access);
  if (options.include.length + options.exclude.length > 0) {
    throw usageError('--include and --exclude need --recursive or --files-from');
  }
  const noKey = addresses.find(({ key }) => key === '');
  if (noKey !== undefined) {
    throw usageError(`oss://${noKey.bucket} is a bucket, not an object`, 'to sign all its objects, add --recursive');
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
        `--files-from: "${item}" lacks a bucket`,
        'give oss://BUCKET/PREFIX as the argument, or write oss://BUCKET/KEY in the file',
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
      // Consoles create these markers for folders; they hold nothing to download.
      if (key.endsWith('/') && size === 0) continue;
      if (wanted(key.slice(prefix.length))) yield { bucket, key };
    }
  }
}
