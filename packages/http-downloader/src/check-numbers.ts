// Beyond it Node and browsers end a timer at once.
const LONGEST_MS = 2 ** 31 - 1;

/**
 * Checks options that are counts, speeds and, where the name ends in `Ms`, durations.
 *
 * @throws RangeError for what is none, and for durations of more than 24 days
 */
export function checkNumbers(where: string, numbers: Readonly<Record<string, number | undefined>>): void {
  for (const [name, value = Number.NaN] of Object.entries(numbers)) {
    const most = name.endsWith('Ms') ? LONGEST_MS : Infinity;
    if (value >= 0 && value <= most) continue;
    throw new RangeError(`${where}.${name} must be a number from 0${most === Infinity ? '' : ` to ${most}`}`);
  }
}
