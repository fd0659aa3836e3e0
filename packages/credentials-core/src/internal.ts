// What ossgrant's own packages share below their public contracts. Nothing here is promised to users: it may change in any release.
export { sleep } from './cache/one-fetch.ts';
export type { Sleep } from './cache/one-fetch.ts';
export { bareError } from './credential-error.ts';
export { latestEndMs, MAX_TOKEN_LIFE_MS } from './credentials.ts';
export { isLoopback } from './secure-transport.ts';
export { brandErrors } from './shared/brand-errors.ts';
export { checkArgument, nestedOptions, optional, optionsCheck } from './shared/check-options.ts';
export type { OptionsCheck, OptionTable } from './shared/check-options.ts';
export { defined } from './shared/defined.ts';
export { parseHttpDate, parseInstant } from './shared/instant.ts';
export { takes } from './shared/option-kinds.ts';
export type { Kinds, Option } from './shared/option-kinds.ts';
export { proxyFor } from './shared/proxy.ts';
export type { NamedProxy } from './shared/proxy.ts';
export { readLimited } from './shared/read-limited.ts';
export type { LimitedBody } from './shared/read-limited.ts';
