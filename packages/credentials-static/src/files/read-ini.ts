import { CredentialError } from '@ossgrant/credentials-core';

/** Values of an ini file by section and lower-case name. */
export type IniFile = ReadonlyMap<string, Readonly<Record<string, string>>>;

/**
 * Reads the ini of the Alibaba Cloud tools: `[section]`, `name = value`, and comments, which are lines that begin with `#` or
 * `;`. Only the white space around a value is removed; a secret may contain `#`, `;` and `=`. Names are lower-cased.
 *
 * @throws CredentialError `INVALID_CONFIG` with file and line, which it does not quote
 */
export function readIni(text: string, path: string): IniFile {
  const sections = new Map<string, Record<string, string>>();
  let current: Record<string, string> | undefined;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#') || line.startsWith(';')) continue;
    const fail = (problem: string): CredentialError =>
      new CredentialError(`${path}:${index + 1}: ${problem}`, { code: 'INVALID_CONFIG', retryable: false });

    const header = /^\[([^\]]*)\]$/.exec(line)?.[1]?.trim();
    if (header !== undefined) {
      // Two sections of one name leave open which key to use.
      if (sections.has(header)) throw fail('repeats a section');
      current = Object.create(null) as Record<string, string>;
      sections.set(header, current);
      continue;
    }
    const equals = line.indexOf('=');
    const name = line.slice(0, Math.max(equals, 0)).trim().toLowerCase();
    if (name === '') throw fail('is neither "[section]" nor "name = value"');
    if (current === undefined) throw fail('comes before the first "[section]"');
    if (name in current) throw fail('repeats a name of this section');
    current[name] = line.slice(equals + 1).trim();
  }
  return sections;
}
