export { downloadAll } from './download-all.ts';
export type { DownloadAllOptions, DownloadItem, ItemResult, Shard } from './download-all.ts';
export type { ObjectFacts } from './equal-file.ts';
export { downloadToFile } from './download-to-file.ts';
export type { FileDownloadOptions } from './job.ts';
