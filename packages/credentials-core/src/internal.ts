// What ossgrant's own packages use: the public names, which they import from here so that a program loads one file of this
// package, and what they share below the public contracts. Nothing here is promised to users: it may change in any release.
export { checkArgument, nestedOptions, optional, optionsCheck, takes } from './basics/options.ts';
export type { Kinds, Option, OptionsCheck, OptionTable } from './basics/options.ts';
export { bareError } from './basics/bare-error.ts';
export { defined } from './basics/defined.ts';
export { brandErrors } from './basics/brand-errors.ts';
export { parseHttpDate, parseInstant } from './basics/instant.ts';
export { readLimited } from './basics/read-limited.ts';
export type { LimitedBody } from './basics/read-limited.ts';
export { isLoopback, proxyFor } from './basics/route.ts';
export type { NamedProxy } from './basics/route.ts';
export { cached } from './cache/cached.ts';
export { sleep } from './cache/one-fetch.ts';
export type { Sleep } from './cache/one-fetch.ts';
export { chain } from './chain.ts';
export { systemClock } from './clock.ts';
export { CredentialError } from './credential-error.ts';
export {
  fixedProvider,
  latestEndMs,
  MAX_TOKEN_LIFE_MS,
  sameCredentials,
  snapshotCredentials,
  validateCredentials,
} from './credentials.ts';
export { toProvider } from './to-provider.ts';
