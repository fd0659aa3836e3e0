import { fromObject, fromUrl, type RequestSource } from '@ossgrant/http-downloader';
import type { CredentialInput } from '@ossgrant/signer-core';
import { usageError } from '../../cli-error.ts';
import { endpointOptions } from '../../connection/endpoint.ts';
import { settledCredentials } from '../../connection/settled-credentials.ts';
import { isObjectAddress, parseObjectAddress } from '../../object-address.ts';
import type { Context } from '../../verb.ts';
import { fileNameOf } from './file-name.ts';
import type { GET_OPTIONS } from './options.ts';

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
