import { createHash } from 'node:crypto';
import { channel } from 'node:diagnostics_channel';
import type { Md5, Publish } from './runtime.ts';

/** Starts a sum. */
export const createMd5 = (): Md5 => {
  const hash = createHash('md5');
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('base64') };
};

/** Publishes on the diagnostics channel `ossgrant:download`. */
export const publish: Publish = (event) => {
  const downloads = channel('ossgrant:download');
  if (downloads.hasSubscribers) downloads.publish(event);
};
