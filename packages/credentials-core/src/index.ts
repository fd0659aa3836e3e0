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
export { CredentialError } from './credential-error.ts';
export { cached } from './cache/cached.ts';
export { chain } from './chain.ts';
export type { CredentialErrorCode, CredentialErrorOptions } from './credential-error.ts';
export { snapshotCredentials, validateCredentials } from './credentials.ts';
export { systemClock } from './clock.ts';
export { toProvider } from './to-provider.ts';
