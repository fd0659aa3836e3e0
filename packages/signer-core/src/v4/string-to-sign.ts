import { hash } from '#hash';

/** Names the algorithm in headers, URLs and the string to sign. */
export const ALGORITHM_V4 = 'OSS4-HMAC-SHA256';

/** What a V4 string to sign is made of. */
export interface StringToSignPartsV4 {
  /** `x-oss-date`, as sent. */
  readonly timestamp: string;
  /** As `scopeTextV4` gives it. */
  readonly scope: string;
  readonly canonicalRequest: string;
}

/** V4 string to sign: algorithm, timestamp, scope and the hash of the canonical request. */
export function stringToSignV4(parts: StringToSignPartsV4): string {
  return `${ALGORITHM_V4}\n${parts.timestamp}\n${parts.scope}\n${hash.sha256Hex(parts.canonicalRequest)}`;
}
