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
    fix: 'set the clock by NTP, or correct the signing date by the Date header of an answer',
  };
}
