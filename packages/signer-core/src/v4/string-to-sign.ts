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
  return stringToSignHeadV4(parts) + hash.sha256Hex(parts.canonicalRequest);
}

/** All of it but the hash: the same for all links of one second. */
export function stringToSignHeadV4(parts: Pick<StringToSignPartsV4, 'timestamp' | 'scope'>): string {
  return `${ALGORITHM_V4}\n${parts.timestamp}\n${parts.scope}\n`;
}
