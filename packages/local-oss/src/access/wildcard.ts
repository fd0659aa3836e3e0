/**
 * Matches RAM's patterns: `*` is any run of characters, `/` included, `?` is one character. There is no escape.
 * No backtracking beyond the last `*`: at worst the product of both lengths.
 */
export function matchesWildcard(pattern: string, text: string): boolean {
  let at = 0;
  let position = 0;
  let star = -1;
  let resume = 0;
  while (position < text.length) {
    const char = pattern[at];
    if (char === '*') {
      star = at;
      resume = position;
      at += 1;
    } else if (char === '?' || char === text[position]) {
      at += 1;
      position += 1;
    } else if (star !== -1) {
      at = star + 1;
      resume += 1;
      position = resume;
    } else {
      return false;
    }
  }
  while (pattern[at] === '*') at += 1;
  return at === pattern.length;
}
