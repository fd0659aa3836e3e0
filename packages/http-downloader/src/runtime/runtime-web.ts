import type { FailureReader, Publish } from './runtime.ts';

/** Where the platform has no MD5. */
export const createMd5 = undefined;

/** Where there are no diagnostics channels. */
export const publish: Publish = () => {};

/** A page sees no proxy, and its memory is not the user's to set. */
export const failureByMessage: FailureReader = () => undefined;

/** `fetch` gives no code. */
export const failureByCode: FailureReader = () => undefined;
