import { Failure } from '../failure.ts';
import { EC } from './ec.ts';

/** How far a client's clock may be off. */
export const MAX_SKEW_MS = 900_000;

/** @throws Failure 403 RequestTimeTooSkewed */
export function assertSkew(requestTime: Date, now: Date): void {
  if (Math.abs(requestTime.getTime() - now.getTime()) <= MAX_SKEW_MS) return;
  throw new Failure({
    status: 403,
    code: 'RequestTimeTooSkewed',
    message: 'The difference between the request time and the current time is too large.',
    ec: EC.skewed,
    details: {
      MaxAllowedSkewMilliseconds: String(MAX_SKEW_MS),
      RequestTime: requestTime.toISOString(),
      ServerTime: now.toISOString(),
    },
  });
}
