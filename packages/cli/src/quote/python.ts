/** Writes a string as a Python literal, in ASCII alone. */
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
