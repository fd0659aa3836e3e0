export type { Endpoint, EndpointOptions } from './endpoint.ts';
export { resolveEndpoint } from './endpoint.ts';
export { MAX_ERROR_BODY_BYTES, parseOssError } from './errors/oss-error.ts';
export type { OssErrorInfo, OssErrorResponse } from './errors/oss-error.ts';
export { SigningError } from './errors/signing-error.ts';
export type { SigningErrorCode } from './errors/signing-error.ts';
export { isSecretName, redactText } from './text/redact.ts';
export { assertBucket, assertKey, SIGNATURE_PARAMETERS } from './text/wire-text.ts';
export type {
  OssRequest,
  SignedRequest,
  SignOptions,
  UrlSignOptions,
  SigningTexts,
  SigningTrace,
} from './request/request.ts';
export { signHeadersV1, signUrlV1 } from './sign/sign-v1.ts';
export { signHeadersV4, MAX_EXPIRES_SECONDS_V4, signUrlV4 } from './sign/sign-v4.ts';
export { createSigningCache } from './request/signing-cache.ts';
export type { SigningCache } from './request/signing-cache.ts';
