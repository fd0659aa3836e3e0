export { createGrantClient, type GrantClient, type GrantClientOptions } from './create-grant-client.ts';
export type { components, operations, paths } from './openapi.generated.ts';
