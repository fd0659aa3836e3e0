/**
 * Reads how long a server asks to wait, in milliseconds: `Retry-After` in seconds or as a date (RFC 9110, 10.2.3), or
 * OSS's `x-oss-qos-delay-time`. What cannot be read counts as absent.
 */
export function readRetryAfter(header: (name: string) => string | undefined, now: number): number | undefined {
  const text = header('retry-after')?.trim();
  if (text !== undefined && /^\d{1,10}$/.test(text)) return Number(text) * 1000;
  // A date starts with its weekday; Date.parse alone would also take "-5".
  const until = text !== undefined && /^[A-Z][a-z]/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(until)) return Math.max(0, until - now);
  const delay = header('x-oss-qos-delay-time')?.trim();
  return delay !== undefined && /^\d{1,10}$/.test(delay) ? Number(delay) : undefined;
}
