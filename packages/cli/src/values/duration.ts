import type { Duration } from '@ossgrant/url-presigner';
import { usageError } from '../cli-error.ts';

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
