/**
 * Splits a command into its words as a POSIX shell would: white space parts, `'...'` and `"..."` join, `\` escapes. Nothing is
 * expanded: `$`, `*`, `|` and `;` are characters.
 *
 * @throws TypeError for an open quote or an empty command
 */
export function splitCommand(command: string): readonly string[] {
  const word = /((?:[^\s'"\\]|\\[^]|'[^']*'|"(?:[^"\\]|\\[^])*")+)(\s+|$)/y;
  const text = command.trim();
  const words: string[] = [];
  while (word.lastIndex < text.length) {
    const match = word.exec(text);
    if (match === null) throw new TypeError('the command has a quote that is not closed');
    words.push(unquote(match[1] ?? ''));
  }
  if (words.length === 0 || words[0] === '') throw new TypeError('the command is empty');
  return words;
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:[^"\\]|\\[^])*)"|\\([^])/g,
    (_, single?: string, double?: string, escaped?: string) => {
      if (single !== undefined) return single;
      // Between double quotes a shell escapes only these.
      return double === undefined ? (escaped ?? '') : double.replace(/\\(["\\$`])/g, '$1');
    },
  );
}
