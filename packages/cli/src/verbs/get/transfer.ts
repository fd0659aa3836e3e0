import { usageError } from '../../cli-error.ts';
import { parseBitRate } from '../../values/bit-rate.ts';
import type { GetOptions } from './options.ts';

/** How bytes are fetched. */
export interface Transfer {
  readonly connections?: number;
  /** In bytes per second. */
  readonly bandwidthLimit?: number;
}

/** @throws CliError for numbers that cannot be */
export function transferOf(options: GetOptions): Transfer {
  const { connections, 'limit-rate': rate } = options;
  if (connections !== undefined && !/^([1-9]|1[0-6])$/.test(connections)) {
    throw usageError(`--connections "${connections}" is not from 1 to 16`);
  }
  return {
    ...(connections === undefined ? {} : { connections: Number(connections) }),
    ...(rate === undefined ? {} : { bandwidthLimit: parseBitRate('--limit-rate', rate) / 8 }),
  };
}
