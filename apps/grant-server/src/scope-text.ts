import type { KeyScope } from '@ossgrant/grant-handler';

/** Reads `my-bucket/reports/=30`: bucket, prefix, and days. @returns undefined for anything else */
export function readScopeText(text: string): KeyScope | undefined {
  const [, bucket, prefix = '', life] = /^([^/=]+)(?:\/(.*))?=([\d.]+)$/.exec(text) ?? [];
  const longestSeconds = Math.floor(Number(life) * 86_400);
  return bucket !== undefined && longestSeconds >= 1 ? { bucket, prefix, longestSeconds } : undefined;
}
