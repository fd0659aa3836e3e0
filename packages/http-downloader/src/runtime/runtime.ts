import type { DownloadErrorCode } from '../download-error.ts';
import type { DownloadEvent } from '../download.ts';

/** Notifies all listeners. */
export type Publish = (event: DownloadEvent) => void;

/** MD5 of bytes that pass by, as `Content-MD5` gives it. */
export interface Md5 {
  update(chunk: Uint8Array): void;
  /** In Base64. */
  digest(): string;
}

/** An error of the platform, or one of its causes. */
export interface FailureLink {
  readonly name: string;
  readonly message: string;
  /** Empty where it has none. */
  readonly code: string;
}

/** What a failure of the platform means, and what helps. */
export interface FailureMeaning {
  readonly code: DownloadErrorCode;
  readonly reason: string;
  readonly retryable?: boolean;
}

/** Finds what an error and its causes mean; undefined where they do not say. */
export type FailureReader = (chain: readonly FailureLink[]) => FailureMeaning | undefined;
