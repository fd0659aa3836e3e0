// The pure steps of both signature versions, for verifiers and for tools that explain a signature. Unlike the signers they check
// nothing.
export {
  additionalHeaderNamesV4,
  canonicalHeadersV4,
  isSignedByDefaultV4,
  authorizationV4,
  canonicalQueryV4,
  canonicalRequestV4,
  UNSIGNED_PAYLOAD,
  canonicalUriV4,
  scopeTextV4,
  signatureV4,
  signingKeyV4,
  signingTextsV4,
  ALGORITHM_V4,
  stringToSignHeadV4,
  stringToSignV4,
} from './v4.ts';
export type {
  AuthorizationPartsV4,
  CanonicalRequestParts,
  ScopeV4,
  SigningPartsV4,
  SigningTextsV4,
  StringToSignPartsV4,
} from './v4.ts';
export { canonicalOssHeadersV1, canonicalResourceV1, isSubResourceV1, signatureV1, stringToSignV1 } from './v1.ts';
export type { ResourcePartsV1, StringToSignPartsV1 } from './v1.ts';
export { encodePath, encodeRfc3986, formatIsoBasic, formatRfc1123, encodePolicy } from '../text/wire-text.ts';
export type { SigningKey } from '../hash/hash.ts';
export { toHeaderMap } from '../text/wire-text.ts';
export type { HeaderMap } from '../text/wire-text.ts';
export { readFlatXml } from '../errors/oss-error.ts';
export { readOssHost } from '../hosts.ts';
export type { OssHost } from '../hosts.ts';
