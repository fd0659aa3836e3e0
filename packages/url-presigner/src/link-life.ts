import type { Credentials } from '@ossgrant/credentials-core';
import { latestEndMs } from '@ossgrant/credentials-core/internal';
import { MAX_EXPIRES_SECONDS_V4 } from '@ossgrant/signer-core';
import { PresignError } from './presign-error.ts';
import type { Duration, Lifetime, PresignedUrl, PresignFields } from './presigner.ts';

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const TEXT = /^(\d{1,15}(?:\.\d{1,15})?)([smhd])$/;

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
    `${option} must be a number of seconds, or text such as "15m" or "7d", and at least one second: got ${JSON.stringify(duration).slice(0, 40)}`,
  );
}

/** A lifetime as a request asks for it, in milliseconds. */
export interface RequestedLife {
  /** The end, or how long from the signing on. */
  readonly endsAt?: number;
  readonly lengthMs: number;
  /** Length of the stable window; 0 without one. */
  readonly windowMs: number;
}

const DEFAULT_SECONDS = 900;

/** The lifetime of links whose request sets none. @throws RangeError */
export function usualLife(expiresIn: Duration | undefined): RequestedLife {
  return { lengthMs: durationSeconds(expiresIn ?? DEFAULT_SECONDS, 'expiresIn') * 1000, windowMs: 0 };
}

/**
 * Reads the lifetime of a request.
 *
 * @throws TypeError or RangeError for invalid durations and dates
 */
export function requestedLife(
  request: Lifetime & Pick<PresignFields, 'stableWindow'>,
  usual: RequestedLife,
): RequestedLife {
  const { expiresIn, expiresAt, stableWindow } = request;
  if (expiresIn === undefined && expiresAt === undefined && stableWindow === undefined) return usual;
  const windowMs = stableWindow === undefined ? 0 : durationSeconds(stableWindow, 'stableWindow') * 1000;
  if (expiresAt === undefined) {
    const lengthMs = expiresIn === undefined ? usual.lengthMs : durationSeconds(expiresIn, 'expiresIn') * 1000;
    return { lengthMs, windowMs };
  }
  if (expiresIn !== undefined) throw new TypeError('expiresIn and expiresAt exclude each other');
  return { endsAt: expiresAt.getTime(), lengthMs: 0, windowMs };
}

/** The instants of a link, in milliseconds. */
export interface LinkDates {
  /** The signing instant: now, or the start of the stable window. */
  readonly signedAt: number;
  readonly requestedEnd: number;
}

// The last instant that a signature's date can express.
const LATEST_MS = Date.UTC(9999, 11, 31, 23, 59, 59);

/**
 * Works out when a link is dated and when it should end.
 *
 * @throws RangeError when the end lies beyond the year 9999
 */
export function linkDates(life: RequestedLife, now: number): LinkDates {
  const { windowMs } = life;
  const signedAt = windowMs === 0 ? now : Math.floor(now / windowMs) * windowMs;
  // One window more, so that a link handed out in the window's last second has its whole life too.
  const requestedEnd = life.endsAt ?? signedAt + windowMs + life.lengthMs;
  if (requestedEnd <= LATEST_MS) return { signedAt, requestedEnd };
  throw new RangeError('the link would end after the year 9999: ask for a shorter life');
}

/** The limits of a link's life. */
export interface LinkLifeOptions extends LinkDates {
  /** In milliseconds. */
  readonly now: number;
  readonly credentials: Credentials;
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
 * @throws CredentialError when the credentials' expiration is not a valid Date
 */
export function linkLife(options: LinkLifeOptions): LinkLife {
  const { now, signedAt, requestedEnd, credentials, version } = options;
  const start = Math.floor(signedAt / 1000);
  const current = Math.floor(now / 1000);
  const wanted = Math.floor(requestedEnd / 1000) - start;
  if (start + wanted <= current) {
    throw new PresignError(
      'EXPIRED_ALREADY',
      `the link should end at ${instant(requestedEnd)}, but it is ${instant(now)} already`,
    );
  }
  const longest = version === 'v4' ? MAX_EXPIRES_SECONDS_V4 : Infinity;
  const credential = Math.floor(latestEndMs(credentials, signedAt) / 1000) - start;
  if (wanted <= longest && wanted <= credential) return lifeOf(start, wanted, 'request');
  const limitedBy = credential < longest ? 'credential' : 'signature-version';
  const possible = Math.min(longest, credential);
  // A stable window begins in the past, so what is left of a limit may have ended since.
  if (options.ifShorter === 'error' || start + possible <= current) throw tooShort(options, limitedBy);
  return lifeOf(start, possible, limitedBy);
}

function lifeOf(start: number, seconds: number, limitedBy: LinkLife['limitedBy']): LinkLife {
  return { seconds, expiration: new Date((start + seconds) * 1000), limitedBy };
}

function tooShort(options: LinkLifeOptions, limitedBy: LinkLife['limitedBy']): PresignError {
  const { now, signedAt, requestedEnd, credentials } = options;
  const wish = `the link should end at ${instant(requestedEnd)}, but`;
  if (limitedBy === 'signature-version') {
    const end = instant(Math.floor(signedAt / 1000) * 1000 + MAX_EXPIRES_SECONDS_V4 * 1000);
    return new PresignError(
      'LIFETIME_TOO_LONG',
      `${wish} a V4 link dated ${instant(signedAt)} ends at ${end} at the latest (7 days). Ask for a shorter link, or set ifShorter to "clamp"`,
    );
  }
  const end = latestEndMs(credentials, signedAt);
  if (credentials.expiration === undefined) {
    return new PresignError(
      'CREDENTIAL_TOO_SHORT',
      `${wish} the credentials are temporary, their expiration is not known, and no security token lives longer than 12 hours: the link could end at ${instant(end)} at the latest. Pass the expiration with the credentials, ask for a shorter link, or set ifShorter to "clamp"`,
    );
  }
  if (Math.floor(end / 1000) <= Math.floor(now / 1000)) {
    return new PresignError(
      'CREDENTIAL_TOO_SHORT',
      `the credentials end at ${instant(end)}, so no link can be signed with them at ${instant(now)}. Get new ones`,
    );
  }
  return new PresignError(
    'CREDENTIAL_TOO_SHORT',
    `${wish} the credentials end at ${instant(end)}, and OSS would refuse it from then on. Ask for a shorter link, allow longer credentials, or set ifShorter to "clamp"`,
  );
}

function instant(ms: number): string {
  return new Date(ms).toISOString();
}
