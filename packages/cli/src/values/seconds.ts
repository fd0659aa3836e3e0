import { usageError } from '../cli-error.ts';

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
