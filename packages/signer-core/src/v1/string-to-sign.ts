import type { HeaderMap } from '../request/header-map.ts';
import { canonicalOssHeadersV1 } from './canonical-oss-headers.ts';

/** What a V1 string to sign is made of. */
export interface StringToSignPartsV1 {
  readonly method: string;
  readonly headers: HeaderMap;
  /** Header signing: `x-oss-date` or `Date`, as sent. URL signing: `Expires`. */
  readonly dateLine: string;
  /** As `canonicalResourceV1` gives it. */
  readonly resource: string;
}

/** V1 string to sign. Headers other than Content-MD5, Content-Type and `x-oss-*` are never signed. */
export function stringToSignV1(parts: StringToSignPartsV1): string {
  const { method, headers, dateLine, resource } = parts;
  const md5 = headers.get('content-md5') ?? '';
  const type = headers.get('content-type') ?? '';
  return `${method}\n${md5}\n${type}\n${dateLine}\n${canonicalOssHeadersV1(headers)}${resource}`;
}
