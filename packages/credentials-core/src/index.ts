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
} from './contracts.ts';
export type { CacheOptions, CredentialEvent } from './cache/cache-options.ts';
export { bareError, CredentialError } from './credential-error.ts';
export { cached } from './cache/cached.ts';
export { chain } from './chain.ts';
export type { CredentialErrorCode, CredentialErrorOptions } from './credential-error.ts';
export { sleep } from './cache/one-fetch.ts';
export type { Sleep } from './cache/one-fetch.ts';
export { snapshotCredentials, validateCredentials } from './credentials.ts';
export { systemClock } from './clock.ts';
export { toProvider } from './to-provider.ts';
export { isLoopback } from './secure-transport.ts';
