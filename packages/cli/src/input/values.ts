import { durationSeconds, type Duration, type Lifetime } from '@ossgrant/url-presigner';
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
 * Parses a bandwidth such as `5MB/s`, `800KiB/s` or `40Mbit/s` into bit/s.
 *
 * @throws CliError
 */
export function parseBitRate(option: string, text: string): number {
  const [, number, prefix, unit] = RATE.exec(text) ?? [];
  const rate = Number(number) * (SCALE[prefix ?? ''] ?? 1) * (unit === 'B' ? 8 : 1);
  if (number === undefined || !Number.isFinite(rate) || rate < 1) {
    throw usageError(`${option} "${text}" is not a valid rate`, 'for example 5MB/s, 800KiB/s or 40Mbit/s');
  }
  return Math.round(rate);
}

/**
 * Parses a length of time, `90s`, `15m`, `12h`, `7d` or a bare number of seconds, into whole seconds.
 *
 * @throws CliError
 */
export function parseDuration(option: string, text: string): number {
  try {
    return durationSeconds(/^\d+$/.test(text) ? Number(text) : (text as Duration));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw usageError(`${option} "${text}" is not a valid duration`, 'for example 90s, 15m, 12h or 7d');
  }
}

const INSTANT = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d))?$/;

/**
 * Parses an instant in ISO 8601. A time must include its zone, so that a command means the same on every machine; a date alone
 * means its start in UTC.
 *
 * @throws CliError
 */
export function parseInstant(option: string, text: string): Date {
  const day = INSTANT.exec(text)?.[1];
  const date = new Date(text);
  // Date reads 31 February as a day in March.
  const isReal = (): boolean => new Date(`${day}T00:00Z`).toISOString().startsWith(day ?? '');
  if (day === undefined || Number.isNaN(date.getTime()) || !isReal()) {
    throw usageError(
      `${option} "${text}" is not a valid date`,
      'for example 2026-12-01T00:00Z, 2026-12-01T08:00+08:00 or 2026-12-01',
    );
  }
  return date;
}

/**
 * Parses the end of a link: a duration such as `15m` or `7d`, seconds, or an instant.
 *
 * @throws CliError
 */
export function parseExpires(text: string): Lifetime {
  if (/^\d{4}-/.test(text)) return { expiresAt: parseInstant('--expires', text) };
  if (!/^[\d.]/.test(text)) {
    throw usageError(`--expires "${text}" is not a valid duration or date`, 'for example 15m, 7d or 2026-12-01T00:00Z');
  }
  return { expiresIn: parseDuration('--expires', text) };
}

/**
 * Parses `name=value` pairs; a name alone has the value `null`.
 *
 * @throws CliError for a missing or repeated name
 */
export function parsePairs(option: string, texts: readonly string[]): Readonly<Record<string, string | null>> {
  const pairs = new Map<string, string | null>();
  for (const text of texts) {
    const equals = text.indexOf('=');
    const name = equals === -1 ? text : text.slice(0, equals);
    if (name === '') throw usageError(`${option} "${text}" lacks a name`, `write ${option} name=value`);
    if (pairs.has(name)) throw usageError(`${option} gives "${name}" twice`);
    pairs.set(name, equals === -1 ? null : text.slice(equals + 1));
  }
  return Object.fromEntries(pairs);
}
