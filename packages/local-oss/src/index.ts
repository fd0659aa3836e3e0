export type { MovableClock } from './clock.ts';
export type { Journal, JournalEntry } from './journal.ts';
export { startLocalOss } from './start-local-oss.ts';
export type { LocalOss, LocalOssOptions } from './start-local-oss.ts';
