import type { RefusalHeaders } from './sts-refusal.ts';

/** Reads the server's time and its wish for patience: seconds, or an HTTP date. */
export function readHeaders(headers: Headers): RefusalHeaders {
  const serverDate = new Date(headers.get('date') ?? Number.NaN);
  const told = !Number.isNaN(serverDate.getTime());
  const retryAfterMs = retryAfter(headers.get('retry-after'), told ? serverDate : undefined);
  return { ...(told ? { serverDate } : {}), ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
}

function retryAfter(text: string | null, serverDate: Date | undefined): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const until = new Date(text).getTime();
  if (Number.isNaN(until) || serverDate === undefined) return undefined;
  return Math.max(0, until - serverDate.getTime());
}
