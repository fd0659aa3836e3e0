// One token at a time; a string must be closed on its line, and white space is only what JSON takes for it.
const TOKEN =
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[\da-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;

/**
 * Finds the line on which a text stops being JSON. Engines tell it in words of their own, or not at all, and quote the text,
 * which here may hold a secret.
 *
 * @returns a line number from 1, or `undefined` for a text that is JSON
 */
export function jsonErrorLine(text: string): number | undefined {
  let position = 0;

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
    if (take(close) !== undefined) return true;
    for (;;) {
      if (!item()) return false;
      const next = take(',', close);
      if (next !== ',') return next !== undefined;
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
  // Past the white space: the line of what is wrong, not of what came before it.
  return text.slice(0, Math.min(rest, text.trimEnd().length)).split('\n').length;
}
