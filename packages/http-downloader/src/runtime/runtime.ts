import type { DownloadEvent } from '../download.ts';

/** Notifies all listeners. */
export type Publish = (event: DownloadEvent) => void;

/** MD5 of bytes that pass by, as `Content-MD5` gives it. */
export interface Md5 {
  update(chunk: Uint8Array): void;
  /** In Base64. */
  digest(): string;
}
