import { usageError } from '../cli-error.ts';

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
