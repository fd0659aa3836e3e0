/**
 * Quotes a value for a .env file. Its readers agree on no escapes, so the quote must not occur in the value.
 *
 * @throws RangeError for a value that no quotes can hold in every reader
 */
export function quoteDotenv(value: string): string {
  if (/[\0\r\n]/.test(value))
    throw new RangeError('a .env file cannot hold a value with line breaks: use --format json');
  if (!value.includes("'")) return `'${value}'`;
  // Some readers expand variables and escapes between double quotes.
  if (!/["\\$`]/.test(value)) return `"${value}"`;
  throw new RangeError('a .env file cannot hold a value with both kinds of quotes: use --format json');
}

/**
 * Quotes one word for sh: between single quotes, only the quote itself is special.
 *
 * @throws RangeError for a NUL, which no argument can hold
 */
export function quotePosix(word: string): string {
  if (word.includes('\0')) throw new RangeError('an argument cannot hold a NUL character');
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/**
 * Quotes a text for PowerShell: between single quotes, only the quote itself is special and is doubled. Typographic single quotes
 * count as single quotes (about_Quoting_Rules).
 *
 * @throws RangeError for a NUL, which no variable can hold
 */
export function quotePowerShell(text: string): string {
  if (text.includes('\0')) throw new RangeError('a variable cannot hold a NUL character');
  return `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/** Writes a string as a Python literal, in ASCII only. */
export function quotePython(text: string): string {
  const body = Array.from(text, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (character === "'" || character === '\\') return `\\${character}`;
    if (code >= 0x20 && code < 0x7f) return character;
    if (code <= 0xff) return `\\x${hex(code, 2)}`;
    return code <= 0xffff ? `\\u${hex(code, 4)}` : `\\U${hex(code, 8)}`;
  });
  return `'${body.join('')}'`;
}

function hex(code: number, digits: number): string {
  return code.toString(16).padStart(digits, '0');
}

/** The reader of the variables. */
export type EnvironmentFormat = 'sh' | 'dotenv' | 'powershell';

/**
 * Writes one variable per line.
 *
 * @throws RangeError for a value that the format cannot hold
 */
export function formatEnvironment(variables: Readonly<Record<string, string>>, format: EnvironmentFormat): string {
  return Object.entries(variables)
    .map(([name, value]) => `${WRITERS[format](name, value)}\n`)
    .join('');
}

const WRITERS: Readonly<Record<EnvironmentFormat, (name: string, value: string) => string>> = {
  sh: (name, value) => `export ${name}=${quotePosix(value)}`,
  dotenv: (name, value) => `${name}=${quoteDotenv(value)}`,
  powershell: (name, value) => `$env:${name} = ${quotePowerShell(value)}`,
};
