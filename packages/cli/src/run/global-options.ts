import type { OptionTable } from '../verb.ts';

/** Options that every verb has. */
export const GLOBAL_OPTIONS = {
  help: { type: 'flag', short: 'h', help: 'show this help' },
  verbose: { type: 'flag', help: 'show where an error was thrown' },
} as const satisfies OptionTable;
