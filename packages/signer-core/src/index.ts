export type {
  CachedProvider,
  Clock,
  CredentialInput,
  CredentialProvider,
  CredentialRequest,
  Credentials,
  CredentialSource,
  FetchContext,
  FetchedCredentials,
  RejectionReason,
} from './credentials/contracts.ts';
export type { CacheOptions, CredentialEvent } from './credentials/cache-options.ts';
export { bareError } from './credentials/bare-error.ts';
export { cached } from './credentials/cached.ts';
export { chain } from './credentials/chain.ts';
export { CredentialError } from './credentials/credential-error.ts';
export type { CredentialErrorCode, CredentialErrorOptions } from './credentials/credential-error.ts';
export { sleep } from './credentials/sleep.ts';
export type { Sleep } from './credentials/sleep.ts';
export { snapshotCredentials } from './credentials/snapshot-credentials.ts';
export { systemClock } from './credentials/system-clock.ts';
export { toProvider } from './credentials/to-provider.ts';
export type { Endpoint, EndpointOptions } from './endpoint/endpoint.ts';
export { isLoopback } from './endpoint/parse-origin.ts';
export { resolveEndpoint } from './endpoint/resolve-endpoint.ts';
export { MAX_ERROR_BODY_BYTES, parseOssError } from './errors/oss-error.ts';
export type { OssErrorInfo, OssErrorResponse } from './errors/oss-error.ts';
export { SigningError } from './errors/signing-error.ts';
export type { SigningErrorCode } from './errors/signing-error.ts';
export { assertBucket, assertKey } from './request/names.ts';
export type { OssRequest, SignedRequest } from './request/oss-request.ts';
export type { SignOptions, UrlSignOptions } from './request/sign-options.ts';
export type { SigningTexts, SigningTrace } from './trace/signing-trace.ts';
export { signHeadersV1 } from './v1/sign-headers-v1.ts';
export { signUrlV1 } from './v1/sign-url-v1.ts';
export { signHeadersV4 } from './v4/sign-headers-v4.ts';
export { MAX_EXPIRES_SECONDS_V4, signUrlV4 } from './v4/sign-url-v4.ts';
export { createSigningCache } from './v4/signing-cache.ts';
export type { SigningCache } from './v4/signing-cache.ts';
