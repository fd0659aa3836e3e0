export { allowDownload } from './policy/allow-download.ts';
export type { AllowDownloadOptions, PolicyConditionOptions } from './policy/allow-download.ts';
export { assumeRole, assumeRoleWithOidc, sessionNameFor } from './assume-role.ts';
export type { AssumeRoleOptions, AssumeRoleWithOidcOptions, SessionOptions } from './assume-role.ts';
export { explainPolicy } from './policy/explain-policy.ts';
export { getCallerIdentity } from './get-caller-identity.ts';
export type { CallerIdentity, GetCallerIdentityOptions } from './get-caller-identity.ts';
export { createGrantCache } from './grant-cache.ts';
export type { Grant, GrantCache, GrantCacheOptions } from './grant-cache.ts';
export { mergePolicies } from './policy/merge-policies.ts';
export type { PolicyInput } from './policy/parse-policy.ts';
export { MAX_POLICY_BYTES, SessionPolicyError } from './policy/session-policy.ts';
export type {
  PolicyCondition,
  SessionPolicy,
  SessionPolicyStatement,
  SessionPolicyErrorCode,
} from './policy/session-policy.ts';
export type { StsOptions } from './client/sts-client.ts';
export type { StsEndpointOptions } from './client/sts-endpoint.ts';
