import { usageError } from '../cli-error.ts';

/**
 * Reads `name=value` pairs; a name alone has no value.
 *
 * @throws CliError for a name that is missing or given twice
 */
export function parsePairs(option: string, texts: readonly string[]): Readonly<Record<string, string | null>> {
  const pairs = new Map<string, string | null>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = equals === -1 ? text : text.slice(0, equals);
    if (name === '') throw usageError(`${option} "${text}" has no name`, `write ${option} name=value`);
    if (pairs.has(name)) throw usageError(`${option} gives "${name}" twice`);
    pairs.set(name, equals === -1 ? null : text.slice(equals + 1));
  }
  return Object.fromEntries(pairs);
}
