import { ALGORITHM_V4 } from './string-to-sign.ts';

/** What a V4 `Authorization` header is made of. */
export interface AuthorizationPartsV4 {
  readonly accessKeyId: string;
  readonly scope: string;
  readonly additionalHeaders: readonly string[];
  readonly signature: string;
}

/** V4 `Authorization` header. An empty AdditionalHeaders field is refused (EC 0002-00000209), so it is left out. */
export function authorizationV4(parts: AuthorizationPartsV4): string {
  const additional =
    parts.additionalHeaders.length === 0 ? '' : `,AdditionalHeaders=${parts.additionalHeaders.join(';')}`;
  return `${ALGORITHM_V4} Credential=${parts.accessKeyId}/${parts.scope}${additional},Signature=${parts.signature}`;
}
