import type { Lifetime, PresignFields } from './contracts.ts';
import { durationSeconds } from './duration.ts';

/** When a link is dated and when it should end, in milliseconds. */
export interface LinkDates {
  /** The signing instant: now, or the start of the stable window. */
  readonly signedAt: number;
  readonly requestedEnd: number;
}

/**
 * Dates a link.
 *
 * @throws TypeError or RangeError for durations and dates that are wrong in themselves
 */
export function linkDates(
  request: Lifetime & Pick<PresignFields, 'stableWindow'>,
  now: number,
  defaultSeconds: number,
): LinkDates {
  const windowMs = request.stableWindow === undefined ? 0 : durationSeconds(request.stableWindow) * 1000;
  const signedAt = windowMs === 0 ? now : Math.floor(now / windowMs) * windowMs;
  if (request.expiresAt === undefined) {
    const seconds = request.expiresIn === undefined ? defaultSeconds : durationSeconds(request.expiresIn);
    // One window more: who gets the link in the window's last second has the whole life too.
    return { signedAt, requestedEnd: signedAt + windowMs + seconds * 1000 };
  }
  if (request.expiresIn !== undefined) throw new TypeError('give either expiresIn or expiresAt');
  const requestedEnd = request.expiresAt.getTime();
  if (Number.isNaN(requestedEnd)) throw new RangeError('expiresAt is not a valid Date');
  return { signedAt, requestedEnd };
}
