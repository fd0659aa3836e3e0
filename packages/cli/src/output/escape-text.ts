/**
 * Makes text that came from elsewhere safe to show: control, bidirectional and invisible formatting characters, lone
 * surrogates and line separators are written as `\u{...}`, so that a key can neither move the cursor nor read backwards.
 */
export function escapeText(text: string): string {
  // Nearly all text; classes of Unicode are slow to compile.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}
