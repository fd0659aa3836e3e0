export { applicationServer } from './application-server.ts';
export type { ApplicationServerOptions, RequestHeaders } from './application-server.ts';
export { credentialsUri } from './credentials-uri.ts';
export type { CredentialsUriOptions } from './credentials-uri.ts';
export { ecsRamRole } from './ecs-ram-role.ts';
export type { EcsRamRoleOptions } from './ecs-ram-role.ts';
