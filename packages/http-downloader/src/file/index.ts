export { downloadToFile } from './download-to-file.ts';
export type { FileDownloadOptions } from './job.ts';
