import type { Duration } from './contracts.ts';

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const TEXT = /^(\d+(?:\.\d+)?)([smhd])$/;

/**
 * Reads a duration as whole seconds, rounded down.
 *
 * @throws RangeError when it is no duration or shorter than a second
 */
export function durationSeconds(duration: Duration): number {
  const match = typeof duration === 'string' ? TEXT.exec(duration) : null;
  const seconds =
    match === null
      ? Math.floor(duration as number)
      : Math.floor(Number(match[1]) * UNIT_SECONDS[match[2] as keyof typeof UNIT_SECONDS]);
  if (typeof duration === 'string' && match === null) throw wrong(duration);
  if (!Number.isSafeInteger(seconds) || seconds < 1) throw wrong(duration);
  return seconds;
}

function wrong(duration: Duration): RangeError {
  return new RangeError(
    `expiresIn and stableWindow must be seconds, or text such as "15m" or "7d", and at least one second: got ${JSON.stringify(duration)}`,
  );
}
