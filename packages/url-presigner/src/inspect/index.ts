export type { Scheme } from './claim.ts';
export { inspectUrl } from './inspect-url.ts';
export type { InspectOptions, LinkInspection } from './inspect-url.ts';
export type { LinkWarning } from './link-warnings.ts';
export type { HostKind } from './read-link.ts';
