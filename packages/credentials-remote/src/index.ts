export { ecsRamRole } from './ecs-ram-role.ts';
export type { EcsRamRoleOptions } from './ecs-ram-role.ts';
export { applicationServer, credentialsUri } from './over-http.ts';
export type { ApplicationServerOptions, CredentialsUriOptions, RequestHeaders } from './over-http.ts';
