import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { Md5, Publish } from './runtime.ts';

export { failureByCode, failureByMessage } from './node-failures.ts';

/** Starts a sum. */
export const createMd5 = (): Md5 => {
  const hash = createHash('md5');
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
};

// Held on to: Node 20 forgets a channel by name when an older one of that name is collected, and its subscribers with it.
const downloads = channel('ossgrant:download');

/** Publishes on the diagnostics channel `ossgrant:download`. */
export const publish: Publish = (event) => {
  if (downloads.hasSubscribers) downloads.publish(event);
};
