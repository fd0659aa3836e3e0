export { removeStoredDownloads } from './browser-storage.ts';
export { downloadToStorage } from './download-to-storage.ts';
export type { StorageDownloadOptions, StoredDownload } from './download-to-storage.ts';
export { downloadToStream } from './download-to-stream.ts';
export { chooseSaveWay, saveByNavigation, saveFile } from './save.ts';
export type { SaveWay } from './save.ts';
export type { StorageFile, StorageFolder, StorageWriter } from './storage.ts';
