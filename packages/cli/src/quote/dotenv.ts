/**
 * Quotes a value for a .env file. There are no escapes on which its readers agree, so a quote is taken that the value has not.
 *
 * @throws RangeError for a value that no quote can hold in every reader
 */
export function quoteDotenv(value: string): string {
  if (/[\0\r\n]/.test(value)) throw new RangeError('a .env file cannot hold a value of several lines');
  if (!value.includes("'")) return `'${value}'`;
  // Between double quotes some readers know variables and escapes.
  if (!/["\\$`]/.test(value)) return `"${value}"`;
  throw new RangeError('a .env file cannot hold a value with both kinds of quotes: use --format json');
}
