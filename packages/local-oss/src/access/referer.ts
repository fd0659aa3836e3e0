import { accessDenied, type Failure } from '../failure.ts';
import type { RefererRules } from '../store/object-store.ts';
import { matchesWildcard } from './wildcard.ts';

const EC = { empty: '0003-00000501', denied: '0003-00000502', notAllowed: '0003-00000503' } as const;

/**
 * Asks whether a page may show an object, as OSS's hotlink protection does: a pattern is the beginning of a referer, with
 * wildcards. Without any allowed pattern only the denied ones count.
 *
 * @param referer `''` when there is none
 * @throws Failure 403 AccessDenied
 */
export function assertReferer(referer: string, rules: RefererRules, bucket: string): void {
  const compared = truncated(referer, rules);
  const isOneOf = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) => matchesWildcard(`${pattern}*`, compared));
  if (referer === '') {
    if (!rules.allowEmpty && rules.allowed.length > 0) throw denied(EC.empty, bucket);
    return;
  }
  if (isOneOf(rules.denied ?? [])) throw denied(EC.denied, bucket);
  if (rules.allowed.length > 0 && !isOneOf(rules.allowed)) throw denied(EC.notAllowed, bucket);
}

function truncated(referer: string, { truncateQuery = true, truncatePath = false }: RefererRules): string {
  if (truncatePath) return referer.replace(/^([a-z][a-z0-9+.-]*:\/\/)?([^/?#]*).*$/is, '$1$2');
  return truncateQuery ? referer.replace(/[?#].*$/s, '') : referer;
}

function denied(ec: string, bucket: string): Failure {
  return accessDenied('You are denied by bucket referer policy.', ec, { BucketName: bucket });
}
