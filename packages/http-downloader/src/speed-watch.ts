import { DownloadError } from './download-error.ts';

/** Finds a connection that trickles. */
export interface SpeedWatch {
  /**
   * @param waitedMs spent waiting for these bytes; a reader's own time does not count
   * @throws DownloadError `STALLED`
   */
  received(bytes: number, waitedMs: number): void;
}

const WINDOW_MS = 30_000;

/** Watches one connection. A connection that is silent is the body timeout's business. */
export function createSpeedWatch(minBytesPerSecond: number): SpeedWatch {
  let bytes = 0;
  let waited = 0;
  return {
    received(more, waitedMs): void {
      bytes += more;
      waited += waitedMs;
      if (waited < WINDOW_MS) return;
      const speed = (bytes * 1000) / waited;
      if (speed < minBytesPerSecond) {
        throw new DownloadError(`only ${Math.round(speed)} bytes a second came`, { code: 'STALLED', retryable: true });
      }
      bytes = 0;
      waited = 0;
    },
  };
}
