import { isNotYetValid } from '../../inspect/link-warnings.ts';
import type { Cause, Certainty } from '../cause.ts';
import type { Facts } from '../facts.ts';

const MAX_SKEW_MS = 900_000;

/** The signer's clock is more than 15 minutes off. */
export function clockSkewed({ error }: Facts): Cause | undefined {
  if (error.code !== 'RequestTimeTooSkewed') return undefined;
  const { requestTime, serverTime } = error;
  const minutes = Math.round((Date.parse(requestTime ?? '') - Date.parse(serverTime ?? '')) / 60_000);
  const by = Number.isNaN(minutes) ? '' : `: it is ${Math.abs(minutes)} minutes ${minutes < 0 ? 'slow' : 'fast'}`;
  return {
    code: 'CLOCK_SKEWED',
    certainty: 'named',
    message: `the clock of the machine that signed differs from the server's by more than 15 minutes${by}`,
    fix: 'set the clock by NTP, or correct the signing date by the Date header of a response',
  };
}

/** The link is past its end. */
export function expired({ claim, error, now, stage }: Facts): Cause | undefined {
  const isNamed = error.ec === '0002-00000069' || error.message?.includes('Request has expired') === true;
  const past = claim.end === undefined ? -1 : now.getTime() - claim.end.getTime();
  if (!isNamed && past < 0) return undefined;
  return {
    code: 'EXPIRED',
    certainty: isNamed ? 'named' : byClock(past, stage),
    message: `the link ended${claim.end === undefined ? '' : ` at ${claim.end.toISOString()}`}`,
    fix: 'ask for a new link',
  };
}

// This clock may be as far off as OSS lets a signer's be. What the server refused earlier may have ended since.
function byClock(pastMs: number, stage: Facts['stage']): Certainty {
  if (stage !== undefined && stage !== 'time') return 'possible';
  return pastMs > MAX_SKEW_MS ? 'proved' : 'likely';
}

/** The link is dated in the future. */
export function notYetValid({ claim, error, now }: Facts): Cause | undefined {
  const isNamed = error.ec === '0002-00000235';
  if (!isNamed && (claim.place === 'header' || !isNotYetValid(claim, now))) return undefined;
  return {
    code: 'NOT_YET_VALID',
    certainty: isNamed ? 'named' : 'likely',
    message: `the link is dated ${claim.start?.toISOString() ?? 'in the future'}, more than 15 minutes ahead`,
    fix: 'sign with the current date; check the clock of the machine that signs',
  };
}
