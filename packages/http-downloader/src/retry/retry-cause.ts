import { DownloadError } from '../download-error.ts';

/** What made another attempt necessary. */
export type RetryCause = 'network' | 'incomplete' | 'server' | 'throttled' | 'source';

/** Classifies a failure; absent when trying again cannot help. */
export function retryCauseOf(error: unknown): RetryCause | undefined {
  if (!(error instanceof Error) || !('retryable' in error) || error.retryable !== true) return undefined;
  // Of the caller's source, such as a credential service that is down.
  if (!(error instanceof DownloadError)) return 'source';
  switch (error.code) {
    case 'NETWORK':
    case 'STALLED':
      return 'network';
    case 'INCOMPLETE':
    case 'RANGE_MISMATCH':
      return 'incomplete';
    case 'HTTP_STATUS':
      return error.status === 429 || error.status === 503 || error.retryAfterMs !== undefined ? 'throttled' : 'server';
    default:
      // Wrong bytes are fetched again by who knows which ones.
      return undefined;
  }
}
