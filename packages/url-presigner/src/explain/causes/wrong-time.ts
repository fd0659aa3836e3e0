import { isNotYetValid } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The signer's clock is more than 15 minutes off. */
export function clockSkewed({ error }: Facts): Cause | undefined {
  if (error.code !== 'RequestTimeTooSkewed') return undefined;
  const { requestTime, serverTime } = error;
  const minutes = Math.round((Date.parse(requestTime ?? '') - Date.parse(serverTime ?? '')) / 60_000);
  const by = Number.isNaN(minutes) ? '' : `: it is ${Math.abs(minutes)} minutes ${minutes < 0 ? 'slow' : 'fast'}`;
  return {
    code: 'CLOCK_SKEWED',
    certainty: 'certain',
    message: `the clock of the machine that signed differs from the server's by more than 15 minutes${by}`,
    fix: 'set the clock by NTP, or correct the signing date by the Date header of a response',
  };
}

/** The link is past its end. */
export function expired({ claim, error, now }: Facts): Cause | undefined {
  const past = claim.end !== undefined && claim.end <= now;
  if (error.ec !== '0002-00000069' && !past) return undefined;
  return {
    code: 'EXPIRED',
    certainty: 'certain',
    message: `the link ended${claim.end === undefined ? '' : ` at ${claim.end.toISOString()}`}`,
    fix: 'ask for a new link',
  };
}

/** The link is dated in the future. */
export function notYetValid({ claim, error, now }: Facts): Cause | undefined {
  if (error.ec !== '0002-00000235' && (claim.place === 'header' || !isNotYetValid(claim, now))) return undefined;
  return {
    code: 'NOT_YET_VALID',
    certainty: 'certain',
    message: `the link is dated ${claim.start?.toISOString() ?? 'in the future'}, more than 15 minutes ahead`,
    fix: 'sign with the current date; check the clock of the machine that signs',
  };
}

/** The credentials ended before the link. */
export function tokenExpired({ claim, error, input, now }: Facts): Cause | undefined {
  const { credentials } = input;
  const end = credentials?.accessKeyId === claim.accessKeyId ? credentials?.expiration : undefined;
  if (error.code !== 'SecurityTokenExpired' && (end === undefined || end > now)) return undefined;
  return {
    code: 'TOKEN_EXPIRED',
    certainty: 'certain',
    message: `the security token has expired${end === undefined ? '' : ` at ${end.toISOString()}`}, and the link ended with it`,
    fix: 'sign again with fresh credentials, and end links before their token ends',
  };
}
