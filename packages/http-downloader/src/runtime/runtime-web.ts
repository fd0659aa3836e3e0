import type { Publish } from './runtime.ts';

/** Where the platform has no MD5. */
export const createMd5 = undefined;

/** Where there are no diagnostics channels. */
export const publish: Publish = () => {};
