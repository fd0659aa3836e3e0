import type { JournalEntry } from './journal.ts';

/** What becomes known of a request on its way. */
export type Notes = {
  -readonly [K in 'code' | 'ec' | 'action' | 'scheme' | 'bucket' | 'key' | 'decision']?: NonNullable<JournalEntry[K]>;
};
