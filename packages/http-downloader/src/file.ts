export { downloadToFile } from './file/download-to-file.ts';
export type { FileDownloadOptions } from './file/file-download-options.ts';
