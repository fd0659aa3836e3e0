/**
 * JSON in which control, bidirectional and invisible formatting characters are escaped: the same value, safe to show.
 *
 * @param indent @default one line
 */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    // New lines between members are none of a value.
    (character) => (character === '\n' ? character : escapeUnits(character)),
  );
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}
