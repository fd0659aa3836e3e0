import { MAX_EXPIRES_SECONDS_V4 } from '@ossgrant/signer-core';
import { PresignError } from './presign-error.ts';
import type { PresignedUrl, Duration, Lifetime, PresignFields } from './presigner.ts';

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const TEXT = /^(\d+(?:\.\d+)?)([smhd])$/;

/**
 * Reads a duration as whole seconds, rounded down.
 *
 * @param option name for the error message
 * @throws RangeError when it is not a duration, or is shorter than a second
 */
export function durationSeconds(duration: Duration, option = 'duration'): number {
  const [, number, unit] = (typeof duration === 'string' ? TEXT.exec(duration) : undefined) ?? [];
  const exact = number === undefined ? duration : Number(number) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
  const seconds = typeof exact === 'number' ? Math.floor(exact) : Number.NaN;
  if (Number.isSafeInteger(seconds) && seconds >= 1) return seconds;
  throw new RangeError(
    `${option} must be a number of seconds, or text such as "15m" or "7d", and at least one second: got ${JSON.stringify(duration)}`,
  );
}

/** The instants of a link, in milliseconds. */
export interface LinkDates {
  /** The signing instant: now, or the start of the stable window. */
  readonly signedAt: number;
  readonly requestedEnd: number;
}

/**
 * Works out when a link is dated and when it should end.
 *
 * @throws TypeError or RangeError for invalid durations and dates
 */
export function linkDates(
  request: Lifetime & Pick<PresignFields, 'stableWindow'>,
  now: number,
  defaultSeconds: number,
): LinkDates {
  const windowMs =
    request.stableWindow === undefined ? 0 : durationSeconds(request.stableWindow, 'stableWindow') * 1000;
  const signedAt = windowMs === 0 ? now : Math.floor(now / windowMs) * windowMs;
  if (request.expiresAt === undefined) {
    const seconds = request.expiresIn === undefined ? defaultSeconds : durationSeconds(request.expiresIn, 'expiresIn');
    // One window more, so that a link handed out in the window's last second has its whole life too.
    return { signedAt, requestedEnd: signedAt + windowMs + seconds * 1000 };
  }
  if (request.expiresIn !== undefined) throw new TypeError('expiresIn and expiresAt exclude each other');
  const requestedEnd = request.expiresAt.getTime();
  if (Number.isNaN(requestedEnd)) throw new RangeError('expiresAt must be a valid Date');
  return { signedAt, requestedEnd };
}

/** The limits of a link's life. */
export interface LinkLifeOptions {
  /** In milliseconds. */
  readonly now: number;
  /** The instant that the signature names, in milliseconds: now, or earlier. */
  readonly signedAt: number;
  /** When the link should end, in milliseconds. */
  readonly requestedEnd: number;
  readonly credentialEnd: Date | undefined;
  readonly version: 'v4' | 'v1';
  readonly ifShorter: 'error' | 'clamp';
}

/** The life of a link. */
export interface LinkLife {
  /** Whole seconds from the signing second. */
  readonly seconds: number;
  readonly expiration: Date;
  readonly limitedBy: PresignedUrl['limitedBy'];
}

/**
 * Works out the life of a link: the end that was asked for, unless the credentials or V4's seven days end sooner.
 * Counts from the whole second that the signature names and rounds down, so a link never claims more than it has.
 *
 * @throws PresignError
 */
export function linkLife(options: LinkLifeOptions): LinkLife {
  const start = Math.floor(options.signedAt / 1000);
  const current = Math.floor(options.now / 1000);
  const wanted = Math.floor(options.requestedEnd / 1000) - start;
  if (start + wanted <= current) {
    throw new PresignError(
      'EXPIRED_ALREADY',
      `the link should end at ${instant(options.requestedEnd)}, but it is ${instant(options.now)} already`,
    );
  }
  const life = (seconds: number, limitedBy: PresignedUrl['limitedBy']): LinkLife => ({
    seconds,
    expiration: new Date((start + seconds) * 1000),
    limitedBy,
  });
  const longest = options.version === 'v4' ? MAX_EXPIRES_SECONDS_V4 : Infinity;
  const credential = options.credentialEnd === undefined ? Infinity : secondsUntil(options.credentialEnd, start);
  if (start + credential <= current) {
    throw new PresignError(
      'CREDENTIAL_TOO_SHORT',
      `the credentials end at ${options.credentialEnd?.toISOString()}, so no link can be signed with them at ${instant(options.now)}`,
    );
  }
  if (wanted <= Math.min(longest, credential)) return life(wanted, 'request');
  if (options.ifShorter === 'clamp') {
    return credential < longest ? life(credential, 'credential') : life(longest, 'signature-version');
  }
  if (credential < longest) {
    throw new PresignError(
      'CREDENTIAL_TOO_SHORT',
      `the link should end at ${instant(options.requestedEnd)} but the credentials end at ${options.credentialEnd?.toISOString()}, and OSS would refuse it from then on. Ask for a shorter link, allow longer credentials, or set ifShorter to "clamp"`,
    );
  }
  throw new PresignError(
    'LIFETIME_TOO_LONG',
    `the link should end at ${instant(options.requestedEnd)} but a V4 link signed now ends at ${instant((start + longest) * 1000)} at the latest (7 days). Ask for a shorter link, or set ifShorter to "clamp"`,
  );
}

function secondsUntil(end: Date, start: number): number {
  return Math.floor(end.getTime() / 1000) - start;
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
