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
