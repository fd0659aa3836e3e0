export type { Attempt, PreparedRequest, Rejection, RequestSource } from './request-source.ts';
export type {
  Download,
  DownloadOptions,
  DownloadResult,
  ObjectInfo,
  Progress,
  RetryCause,
  RetryOptions,
  TimeoutOptions,
  DownloadEvent,
} from './download.ts';
export { downloadToMemory } from './download-to-memory.ts';
export type { MemoryDownload, MemoryDownloadOptions } from './download-to-memory.ts';
export { DownloadError } from './download-error.ts';
export type { DownloadErrorCode, DownloadErrorOptions } from './download-error.ts';
export { safeFileName } from './file-name.ts';
export type { FileNameHints } from './file-name.ts';
export { openDownload } from './open-download.ts';
export { fromLinks, fromUrl } from './sources/from-url.ts';
export { fromShare } from './sources/from-share.ts';
export type { ShareOptions } from './sources/from-share.ts';
export { newShareUse } from './sources/share-use.ts';
export { fromObject } from './sources/from-object.ts';
export type { ObjectSourceOptions } from './sources/from-object.ts';
