import type { Lifetime } from '@ossgrant/url-presigner';
import { usageError } from '../cli-error.ts';
import { parseDuration } from './duration.ts';
import { parseInstant } from './instant.ts';

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
