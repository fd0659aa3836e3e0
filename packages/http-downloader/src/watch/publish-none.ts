import type { Publish } from './event.ts';

/** Where there are no diagnostics channels. */
export const publish: Publish = () => {};
