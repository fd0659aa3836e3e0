import type { PresignedUrl } from '@ossgrant/url-presigner';

const LIMITS: Readonly<Record<PresignedUrl['limitedBy'], string>> = {
  request: '',
  credential: 'the credentials end then',
  'signature-version': 'no V4 link lasts longer than seven days',
};

/** Tells when the links really end, the soonest of them when they differ. */
export interface ExpiryTeller {
  add(link: PresignedUrl): void;
  /** Lines for stderr. */
  lines(): readonly string[];
}

export function tellExpiry(): ExpiryTeller {
  let count = 0;
  let soonest: PresignedUrl | undefined;
  return {
    add(link) {
      count += 1;
      if (soonest === undefined || link.expiration < soonest.expiration) soonest = link;
    },
    lines() {
      if (soonest === undefined) return [];
      const { expiration, requestedExpiration, limitedBy, signedHeaders } = soonest;
      const sooner =
        limitedBy === 'request' ? '' : `, not ${instant(requestedExpiration)} as asked: ${LIMITS[limitedBy]}`;
      const what = count === 1 ? 'the link ends' : `${count} links, the first of which ends`;
      const headers = Object.entries(signedHeaders).map(([name, value]) => `${name}: ${value}`);
      return [
        `${what} at ${instant(expiration)}${sooner}`,
        ...(headers.length === 0 ? [] : ['it works only with these headers:', ...headers.map((line) => `  ${line}`)]),
      ];
    },
  };
}

function instant(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}
