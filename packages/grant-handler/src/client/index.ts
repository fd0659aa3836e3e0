export { createGrantClient, type GrantClient, type GrantClientOptions } from './create-grant-client.ts';
export type { components, operations, paths, webhooks } from './openapi.generated.ts';
