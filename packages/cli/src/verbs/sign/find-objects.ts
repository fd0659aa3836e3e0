import type { CredentialProvider, EndpointOptions } from '@ossgrant/signer-core';
import { usageError } from '../../cli-error.ts';
import { proxiedFetch } from '../../connection/proxied-fetch.ts';
import type { Context } from '../../verb.ts';
import { isObjectAddress, parseObjectAddress, type ObjectAddress } from '../../object-address.ts';
import { keyFilter } from './key-filter.ts';
import type { SIGN_OPTIONS } from './options.ts';
import { readList } from './read-list.ts';

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
  const { listObjects } = await import('../../oss/list-objects.ts');
  const fetch = await proxiedFetch(env);
  for (const { bucket, key: prefix } of prefixes) {
    for await (const { key, size } of listObjects({ ...access, bucket, prefix, fetch, signal })) {
      // What a console makes for an empty folder is nothing to hand out.
      if (key.endsWith('/') && size === 0) continue;
      if (wanted(key.slice(prefix.length))) yield { bucket, key };
    }
  }
}
