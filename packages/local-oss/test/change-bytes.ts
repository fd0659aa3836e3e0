/** The same text with the byte at one place changed to another of its own kind, so that its form stays valid. */
export function changedAt(text: string, index: number): string {
  return text.slice(0, index) + otherChar(text[index] ?? '') + text.slice(index + 1);
}

/** Every text that differs in exactly one byte; places that hold none of `A-Za-z0-9` are left out. */
export function everyChange(text: string): readonly string[] {
  return text.split('').flatMap((char, index) => (/[A-Za-z0-9]/.test(char) ? [changedAt(text, index)] : []));
}

function otherChar(char: string): string {
  if (/\d/.test(char)) return char === '9' ? '0' : String(Number(char) + 1);
  if (char === 'z') return 'a';
  if (char === 'Z') return 'A';
  return String.fromCharCode(char.charCodeAt(0) + 1);
}
