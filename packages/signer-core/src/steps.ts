/**
 * The pure steps of both signature versions, for verifiers and for tools that explain a signature. Unlike the signers
 * they check nothing.
 */
export { additionalHeaderNamesV4, canonicalHeadersV4, isSignedByDefaultV4 } from './v4/canonical-headers.ts';
export { authorizationV4 } from './v4/authorization.ts';
export type { AuthorizationPartsV4 } from './v4/authorization.ts';
export { canonicalOssHeadersV1 } from './v1/canonical-oss-headers.ts';
export { canonicalQueryV4 } from './v4/canonical-query.ts';
export { canonicalRequestV4, UNSIGNED_PAYLOAD } from './v4/canonical-request.ts';
export type { CanonicalRequestParts } from './v4/canonical-request.ts';
export { canonicalResourceV1 } from './v1/canonical-resource.ts';
export type { ResourcePartsV1 } from './v1/canonical-resource.ts';
export { canonicalUriV4 } from './v4/canonical-uri.ts';
export { encodePath, encodeRfc3986 } from './request/encode.ts';
export { formatIsoBasic, formatRfc1123 } from './request/dates.ts';
export { isSubResourceV1 } from './v1/sub-resources.ts';
export { scopeTextV4 } from './v4/scope.ts';
export type { ScopeV4 } from './v4/scope.ts';
export { signatureV1 } from './v1/signature.ts';
export { signatureV4, signingKeyV4 } from './v4/signing-key.ts';
export type { SigningKey } from './hash/hash.ts';
export { ALGORITHM_V4, stringToSignV4 } from './v4/string-to-sign.ts';
export type { StringToSignPartsV4 } from './v4/string-to-sign.ts';
export { stringToSignV1 } from './v1/string-to-sign.ts';
export type { StringToSignPartsV1 } from './v1/string-to-sign.ts';
export { toHeaderMap } from './request/header-map.ts';
export type { HeaderMap } from './request/header-map.ts';
export { readFlatXml } from './errors/flat-xml.ts';
export { encodePolicy } from './post/encode-policy.ts';
