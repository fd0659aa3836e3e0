export { applicationServer, credentialsUri } from './over-http.ts';
export type { ApplicationServerOptions, RequestHeaders, CredentialsUriOptions } from './over-http.ts';
export { ecsRamRole } from './ecs-ram-role.ts';
export type { EcsRamRoleOptions } from './ecs-ram-role.ts';
