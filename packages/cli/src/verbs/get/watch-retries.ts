import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { DownloadEvent, RetryCause } from '@ossgrant/http-downloader';

const REASONS: Readonly<Record<RetryCause, string>> = {
  network: 'no connection, or it broke',
  incomplete: 'the answer was not whole',
  server: 'the server failed',
  throttled: 'the server asks to wait',
  source: 'no credentials came',
};
// Shorter waits are over before they are read.
const WORTH_TELLING_MS = 1000;

/** Tells of longer waits for another attempt until the returned function is called. */
export function watchRetries(tell: (line: string) => void): () => void {
  const listener = (message: unknown): void => {
    const event = message as DownloadEvent;
    if (event.type !== 'retry' || event.delayMs < WORTH_TELLING_MS) return;
    tell(`${REASONS[event.cause]}; trying again in ${Math.round(event.delayMs / 1000)} s`);
  };
  subscribe('ossgrant:download', listener);
  return () => unsubscribe('ossgrant:download', listener);
}
