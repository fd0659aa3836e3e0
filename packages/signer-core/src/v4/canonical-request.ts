/** OSS accepts no other payload hash (EC 0002-00000214). */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD';

/** The six parts of a V4 canonical request. */
export interface CanonicalRequestParts {
  readonly method: string;
  readonly uri: string;
  readonly query: string;
  /** As `canonicalHeadersV4` gives them: each line ends in LF. */
  readonly headers: string;
  readonly additionalHeaders: readonly string[];
  /** @default 'UNSIGNED-PAYLOAD' */
  readonly payloadHash?: string;
}

/** Joins the parts of a V4 canonical request. */
export function canonicalRequestV4(parts: CanonicalRequestParts): string {
  const { method, uri, query, headers, additionalHeaders, payloadHash = UNSIGNED_PAYLOAD } = parts;
  return `${method}\n${uri}\n${query}\n${headers}\n${additionalHeaders.join(';')}\n${payloadHash}`;
}
