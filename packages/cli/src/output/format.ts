/**
 * Makes foreign text safe to show: control, bidirectional and invisible formatting characters, lone surrogates and line
 * separators become `\u{...}`, so that a key can neither move the cursor nor reverse the text around it.
 */
export function escapeText(text: string): string {
  // Covers nearly all text: regular expressions with Unicode classes are slow to compile.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu,
    (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/**
 * JSON in which control, bidirectional and invisible formatting characters are escaped: the same value, safe to show.
 *
 * @param indent @default one line
 */
export function safeJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, undefined, indent).replace(
    /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    // JSON escapes line breaks in values, so this one separates members.
    (character) => (character === '\n' ? character : escapeUnits(character)),
  );
}

function escapeUnits(character: string): string {
  return Array.from(
    { length: character.length },
    (_, index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`,
  ).join('');
}

const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** Formats a length of time in words, in its two largest units: `6 days 23 hours`. */
export function timeSpan(seconds: number): string {
  let rest = Math.abs(Math.trunc(seconds));
  const parts: string[] = [];
  for (const [length, name] of UNITS) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}${count === 1 ? '' : 's'}`);
    else if (parts.length > 0) break;
  }
  return parts.join(' ') || '0 seconds';
}

/** Formats the distance to an instant: `in 15 minutes`, `3 days ago`. */
export function fromNow(secondsLeft: number): string {
  return secondsLeft >= 0 ? `in ${timeSpan(secondsLeft)}` : `${timeSpan(secondsLeft)} ago`;
}

const UNITS_AMOUNTS = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Formats bytes for people, in powers of ten as network rates are: `14.2 MB`. */
export function formatBytes(bytes: number): string {
  let [amount, unit] = [bytes, 0];
  for (; amount >= 999.5 && unit < UNITS_AMOUNTS.length - 1; unit += 1) amount /= 1000;
  const digits = unit === 0 || amount >= 99.95 ? 0 : 1;
  return `${amount.toFixed(digits)} ${UNITS_AMOUNTS[unit]}`;
}

/** Formats a length of time as a clock: `0:07`, `1:02:03`. */
export function formatTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours === 0 ? `${minutes}:${pad(seconds % 60)}` : `${hours}:${pad(minutes)}:${pad(seconds % 60)}`;
}
