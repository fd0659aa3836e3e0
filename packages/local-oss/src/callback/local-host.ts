import type { LookupFunction } from 'node:net';
import { isLoopback } from '../listening-address.ts';

/** Whether a URL's host is this machine, by its name alone: no other name is ever resolved. */
export function isLocalHost(hostname: string): boolean {
  const host = hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host.endsWith('.localhost') || isLoopback(host);
}

const ADDRESSES = [
  { address: '127.0.0.1', family: 4 },
  { address: '::1', family: 6 },
];

/** Takes every name for this machine's. */
export const localLookup: LookupFunction = (_, options, callback) => {
  const [first] = ADDRESSES;
  if (options.all === true) callback(null, ADDRESSES);
  else callback(null, first?.address ?? '', first?.family);
};
