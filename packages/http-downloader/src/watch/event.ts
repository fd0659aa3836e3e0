import type { RetryCause } from '../retry/retry-cause.ts';

/** What happens during a download. Holds no URL, signature, token or secret. */
export type DownloadEvent =
  | { readonly type: 'attempt'; readonly identity: string; readonly attempt: number; readonly start: number }
  | {
      readonly type: 'retry';
      readonly identity: string;
      readonly cause: RetryCause;
      readonly failures: number;
      readonly delayMs: number;
    }
  | { readonly type: 'refresh'; readonly identity: string; readonly cause: string }
  | { readonly type: 'clock'; readonly identity: string; readonly clockOffsetMs: number }
  | { readonly type: 'part'; readonly identity: string; readonly start: number; readonly end: number };

/** Tells whoever listens. */
export type Publish = (event: DownloadEvent) => void;
