import { usageError } from '../cli-error.ts';

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
