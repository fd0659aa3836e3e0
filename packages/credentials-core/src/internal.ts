// What ossgrant's own packages share below their public contracts. Nothing here is promised to users: it may change in any release.
export { sleep } from './cache/one-fetch.ts';
export type { Sleep } from './cache/one-fetch.ts';
export { optional, optionsCheck, takes } from './check-options.ts';
export type { Kinds, Option, OptionsCheck, OptionTable } from './check-options.ts';
export { bareError, isInstance } from './credential-error.ts';
export { parseInstant } from './instant.ts';
export { readLimited } from './read-limited.ts';
export type { LimitedBody } from './read-limited.ts';
export { isLoopback } from './secure-transport.ts';

type Defined<T> = { readonly [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  readonly [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/**
 * The fields that have a value. Optional means absent here, not `undefined` (`exactOptionalPropertyTypes`), so what may be
 * missing is passed on as `{ ...defined({ region, endpoint }) }`.
 */
export function defined<T extends object>(fields: T): Defined<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Defined<T>;
}
