import { CredentialError } from '@ossgrant/credentials-core';

/**
 * Parses the JSON of a file.
 *
 * @throws CredentialError `INVALID_CONFIG` with file and line; the text is not quoted
 */
export function readJson(text: string, path: string): unknown {
  const line = jsonErrorLine(text);
  if (line === undefined) return JSON.parse(text) as unknown;
  throw new CredentialError(`${path}:${line}: is not JSON, or is nested too deeply`, {
    code: 'INVALID_CONFIG',
    retryable: false,
  });
}

// Deeper than any configuration. The reader below calls itself for each level.
const MAX_DEPTH = 100;

// One token at a time. A string ends on its line, and only JSON's own white space counts.
const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/**
 * Finds the line on which a text stops being JSON. JavaScript engines each report it in their own words, or not at all, and
 * quote the text, which here may hold a secret.
 *
 * @returns a line number from 1, or `undefined` for a text that is JSON of at most 100 levels
 */
export function jsonErrorLine(text: string): number | undefined {
  let position = 0;
  let depth = 0;

  const peek = (): { readonly kind: string; readonly end: number } | undefined => {
    TOKEN.lastIndex = position;
    const match = TOKEN.exec(text);
    if (match === null) return undefined;
    const [, mark, string] = match;
    return { kind: mark ?? (string === undefined ? 'literal' : 'string'), end: TOKEN.lastIndex };
  };
  const take = (...kinds: readonly string[]): string | undefined => {
    const token = peek();
    if (token === undefined || !kinds.includes(token.kind)) return undefined;
    position = token.end;
    return token.kind;
  };
  const list = (close: string, item: () => boolean): boolean => {
    if (depth === MAX_DEPTH) return false;
    if (take(close) !== undefined) return true;
    depth += 1;
    for (;;) {
      if (!item()) return false;
      const next = take(',', close);
      if (next === ',') continue;
      depth -= 1;
      return next !== undefined;
    }
  };
  const value = (): boolean => {
    const kind = take('{', '[', 'string', 'literal');
    if (kind === '{') return list('}', () => take('string') !== undefined && take(':') !== undefined && value());
    return kind === '[' ? list(']', value) : kind !== undefined;
  };

  const whole = value();
  const rest = position + (/^[ \t\r\n]*/.exec(text.slice(position))?.[0].length ?? 0);
  if (whole && rest === text.length) return undefined;
  // Past the white space: the line of the error, not of the token before it.
  return text.slice(0, Math.min(rest, text.trimEnd().length)).split('\n').length;
}
