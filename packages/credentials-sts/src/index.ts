export { assumeRole } from './assume-role.ts';
export type { AssumeRoleOptions } from './assume-role.ts';
export { allowDownload, MAX_POLICY_BYTES } from './session-policy.ts';
export type { AllowDownloadOptions, SessionPolicy, SessionPolicyStatement } from './session-policy.ts';
export { SessionPolicyError } from './session-policy-error.ts';
export type { SessionPolicyErrorCode } from './session-policy-error.ts';
