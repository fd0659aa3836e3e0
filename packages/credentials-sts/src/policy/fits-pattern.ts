/**
 * Whether a text fits a pattern of RAM: `*` is any run of characters, `/` included, `?` is one. There is no escape.
 * Each piece between two stars is looked for once, from left to right, so no pattern can make it slow.
 */
export function fitsPattern(pattern: string, text: string): boolean {
  const pieces = pattern.split('*');
  const [first = '', ...others] = pieces;
  const last = others.pop();
  if (last === undefined) return text.length === first.length && fitsAt(first, text, 0);
  let at = first.length;
  const end = text.length - last.length;
  if (at > end || !fitsAt(first, text, 0) || !fitsAt(last, text, end)) return false;
  for (const piece of others) {
    while (at + piece.length <= end && !fitsAt(piece, text, at)) at += 1;
    at += piece.length;
    if (at > end) return false;
  }
  return true;
}

function fitsAt(piece: string, text: string, start: number): boolean {
  for (let index = 0; index < piece.length; index += 1) {
    if (piece[index] !== '?' && piece[index] !== text[start + index]) return false;
  }
  return true;
}
