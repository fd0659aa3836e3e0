import type { Duration, Lifetime } from '@ossgrant/url-presigner';
import { usageError } from '../failure/cli-error.ts';

const RATE = /^(\d+(?:\.\d+)?)(k|K|M|G|Ki|Mi|Gi)?(B|bit)(?:\/s|ps)$/;
const SCALE: Readonly<Record<string, number>> = {
  k: 1e3,
  K: 1e3,
  M: 1e6,
  G: 1e9,
  Ki: 1024,
  Mi: 1024 ** 2,
  Gi: 1024 ** 3,
};

/**
 * Reads a bandwidth such as `5MB/s`, `800KiB/s` or `40Mbit/s`, as bit/s.
 *
 * @throws CliError
 */
export function parseBitRate(option: string, text: string): number {
  const [, number, prefix, unit] = RATE.exec(text) ?? [];
  if (number === undefined) throw usageError(`${option} "${text}" is no rate`, 'such as 5MB/s, 800KiB/s or 40Mbit/s');
  return Math.round(Number(number) * (SCALE[prefix ?? ''] ?? 1) * (unit === 'B' ? 8 : 1));
}

/**
 * Reads a length of time: `90s`, `15m`, `12h`, `7d`, or a bare number of seconds.
 *
 * @throws CliError
 */
export function parseDuration(option: string, text: string): Duration {
  if (/^\d+$/.test(text)) return Number(text);
  if (/^\d+(\.\d+)?[smhd]$/.test(text)) return text as Duration;
  throw usageError(`${option} "${text}" is no duration`, 'such as 90s, 15m, 12h or 7d');
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Reads an instant of ISO 8601. A time must say its zone, so that a command means the same on every machine; a date alone is
 * its beginning in UTC.
 *
 * @throws CliError
 */
export function parseInstant(option: string, text: string): Date {
  const day = INSTANT.exec(text)?.[1];
  const date = new Date(text);
  // Date takes 31 February for a day of March.
  const isReal = (): boolean => new Date(`${day}T00:00Z`).toISOString().startsWith(day ?? '');
  if (day === undefined || Number.isNaN(date.getTime()) || !isReal()) {
    throw usageError(
      `${option} "${text}" is no instant`,
      'such as 2026-12-01T00:00Z, 2026-12-01T08:00+08:00 or 2026-12-01',
    );
  }
  return date;
}

/**
 * Reads when a link shall end: `15m`, `7d`, seconds, or an instant.
 *
 * @throws CliError
 */
export function parseExpires(text: string): Lifetime {
  if (/^\d{4}-/.test(text)) return { expiresAt: parseInstant('--expires', text) };
  if (!/^[\d.]/.test(text)) {
    throw usageError(`--expires "${text}" is neither a duration nor a date`, 'such as 15m, 7d or 2026-12-01T00:00Z');
  }
  return { expiresIn: parseDuration('--expires', text) };
}

/**
 * Reads `name=value` pairs; a name alone has no value.
 *
 * @throws CliError for a name that is missing or given twice
 */
export function parsePairs(option: string, texts: readonly string[]): Readonly<Record<string, string | null>> {
  const pairs = new Map<string, string | null>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = equals === -1 ? text : text.slice(0, equals);
    if (name === '') throw usageError(`${option} "${text}" has no name`, `write ${option} name=value`);
    if (pairs.has(name)) throw usageError(`${option} gives "${name}" twice`);
    pairs.set(name, equals === -1 ? null : text.slice(equals + 1));
  }
  return Object.fromEntries(pairs);
}

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/**
 * Reads a length of time, `90s`, `15m`, `12h`, `7d` or a bare number of seconds, as seconds.
 *
 * @throws CliError
 */
export function parseSeconds(option: string, text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)([smhd])?$/.exec(text) ?? [];
  if (number === undefined) throw usageError(`${option} "${text}" is no duration`, 'such as 90s, 15m, 12h or 7d');
  return Number(number) * SECONDS[unit as keyof typeof SECONDS];
}
