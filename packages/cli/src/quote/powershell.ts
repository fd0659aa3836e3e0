/**
 * Quotes a text for PowerShell: between single quotes nothing is special but the quote itself, which is doubled. The typographic
 * quotes count as single quotes, too (about_Quoting_Rules).
 *
 * @throws RangeError for a NUL, which no variable can hold
 */
export function quotePowerShell(text: string): string {
  if (text.includes('\0')) throw new RangeError('a variable cannot hold a NUL character');
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}
