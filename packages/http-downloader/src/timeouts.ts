import { checkNumbers } from './check-numbers.ts';

/** How long to wait for what. */
export interface TimeoutOptions {
  /** For a fresh link or credentials. @default 60000 */
  readonly prepareMs?: number;
  /** For a connection, TLS included; on Node, unless the application has set undici's global dispatcher. @default 10000 */
  readonly connectMs?: number;
  /** From sending a request, connecting included, to the first byte of the answer. @default 30000 */
  readonly headersMs?: number;
  /** Without a single byte of the body, while bytes are wanted. @default 30000 */
  readonly bodyMs?: number;
  /** Lowest mean speed of one connection over 30 s of waiting, in bytes per second; 0 for none. @default 1024 */
  readonly minBytesPerSecond?: number;
}

/** Timeouts with nothing left out. */
export type Timeouts = Required<TimeoutOptions>;

/** @throws RangeError for what is no duration or speed */
export function withDefaultTimeouts(options: TimeoutOptions = {}): Timeouts {
  const timeouts = {
    prepareMs: 60_000,
    connectMs: 10_000,
    headersMs: 30_000,
    bodyMs: 30_000,
    minBytesPerSecond: 1024,
    ...options,
  };
  checkNumbers('timeouts', timeouts);
  return timeouts;
}
