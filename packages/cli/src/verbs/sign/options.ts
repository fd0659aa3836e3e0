import { CONNECTION_OPTIONS } from '../../connection/options.ts';
import type { OptionTable } from '../../verb.ts';

/** Options of `sign`. */
export const SIGN_OPTIONS = {
  expires: { type: 'text', short: 'e', value: '15m|7d|DATE', help: 'how long, or until when; default: 15m' },
  ...CONNECTION_OPTIONS,
} as const satisfies OptionTable;
