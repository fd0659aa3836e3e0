import { usageError } from '../failure/cli-error.ts';
import type { ObjectAddress } from './object-address.ts';

/** Objects as the API of a grant server names them. */
export type BucketObjects = { readonly bucket: string } & (
  | { readonly key: string }
  | { readonly keys: readonly string[] }
  | { readonly prefix: string }
);

/**
 * One folder, or objects, of one bucket: a share or grant of a grant server holds no more.
 *
 * @param what `share` or `grant`, for the message
 * @throws CliError for anything else
 */
export function objectsOf(addresses: readonly ObjectAddress[], what: string): BucketObjects {
  const [first = { bucket: '', key: '' }] = addresses;
  const { bucket, key } = first;
  const isFolder = (address: ObjectAddress): boolean => address.key.endsWith('/');
  if (addresses.some((address) => address.bucket !== bucket)) throw usageError(`a ${what} holds objects of one bucket`);
  if (addresses.some((address) => address.key === '')) {
    throw usageError(`a ${what} of a whole bucket cannot be made`, `name an object or a folder: oss://${bucket}/dir/`);
  }
  if (addresses.length === 1) return isFolder(first) ? { bucket, prefix: key } : { bucket, key };
  if (addresses.some(isFolder)) {
    throw usageError(`a ${what} holds one folder, or objects`, `make a ${what} for each folder`);
  }
  return { bucket, keys: addresses.map((address) => address.key) };
}
