const UNITS: readonly (readonly [seconds: number, name: string])[] = [
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
  [1, 'second'],
];

/** A length of time in words, in its two largest units: `6 days 23 hours`. */
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

/** How far an instant is away: `in 15 minutes`, `3 days ago`. */
export function fromNow(secondsLeft: number): string {
  return secondsLeft >= 0 ? `in ${timeSpan(secondsLeft)}` : `${timeSpan(secondsLeft)} ago`;
}
