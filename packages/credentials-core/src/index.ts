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
export type { CredentialErrorCode, CredentialErrorOptions } from './credential-error.ts';
export {
  cached,
  chain,
  CredentialError,
  snapshotCredentials,
  systemClock,
  toProvider,
  validateCredentials,
} from './internal.ts';
