/** What a link is to be made for: objects, or everything below a prefix. */
export type LinkTarget =
  | { readonly bucket: string; readonly keys: readonly string[]; readonly prefix?: never }
  | { readonly bucket: string; readonly prefix: string; readonly keys?: never };

/** The last part of a key, as downloads name it. */
export function nameOf(key: string): string {
  const name = key.slice(key.lastIndexOf('/') + 1);
  return name === '' ? 'download' : name;
}
