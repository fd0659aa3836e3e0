export type {
  Attempt,
  Download,
  DownloadOptions,
  DownloadResult,
  ObjectInfo,
  PreparedRequest,
  Progress,
  Rejection,
  RequestSource,
} from './contracts.ts';
export { downloadToMemory } from './download-to-memory.ts';
export type { MemoryDownload, MemoryDownloadOptions } from './download-to-memory.ts';
export { DownloadError } from './download-error.ts';
export type { DownloadErrorCode, DownloadErrorOptions } from './download-error.ts';
export { safeFileName } from './file-name.ts';
export { openDownload } from './open-download.ts';
export { fromLinks, fromUrl } from './sources/from-url.ts';
export { fromObject } from './sources/from-object.ts';
export type { ObjectSourceOptions } from './sources/from-object.ts';
export type { RetryCause } from './retry/retry-cause.ts';
export type { RetryOptions } from './retry/retry-options.ts';
export type { TimeoutOptions } from './timeouts.ts';
export type { DownloadEvent } from './watch/event.ts';
