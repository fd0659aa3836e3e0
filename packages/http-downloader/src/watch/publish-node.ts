import { channel } from 'node:diagnostics_channel';
import type { Publish } from './event.ts';

/** Publishes on the diagnostics channel `ossgrant:download`. */
export const publish: Publish = (event) => {
  const downloads = channel('ossgrant:download');
  if (downloads.hasSubscribers) downloads.publish(event);
};
