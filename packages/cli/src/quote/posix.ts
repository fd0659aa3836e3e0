/**
 * Quotes one word for sh: between single quotes nothing is special but the quote itself.
 *
 * @throws RangeError for a NUL, which no argument can hold
 */
export function quotePosix(word: string): string {
  if (word.includes('\0')) throw new RangeError('an argument cannot hold a NUL character');
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
