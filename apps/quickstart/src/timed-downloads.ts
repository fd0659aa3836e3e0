import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress, RequestSource } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { measureFile, type PlainClient } from './plain-client.ts';
import { bar, megabytes, type Report } from './report.ts';
import type { Settings } from './settings.ts';

/** One finished download, for the table. */
export interface Row {
  readonly way: string;
  readonly bytes: number;
  readonly seconds: number;
  /** `undefined` when the object has no CRC-64 to compare with. */
  readonly crcEqual: boolean | undefined;
}

/** What a download step needs. */
export interface DownloadStep {
  readonly way: string;
  readonly settings: Settings;
  readonly report: Report;
  /** Where the file may go meanwhile. */
  readonly folder: string;
}

/** Downloads with a plain client and checks the file afterwards. */
export async function plainDownload(step: DownloadStep, client: PlainClient, url: string): Promise<Row> {
  return download(step, client.name, (path) => client.download(url, path));
}

/** Downloads with http-downloader, showing a progress bar. */
export async function ossgrantDownload(step: DownloadStep, source: RequestSource): Promise<Row> {
  let shownAt = 0;
  const onProgress = ({ receivedBytes }: Progress): void => {
    if (Date.now() - shownAt < 100) return;
    shownAt = Date.now();
    step.report.progress(bar(receivedBytes / Math.max(step.settings.size, 1)));
  };
  try {
    return await download(step, 'ossgrant', async (path) => void (await downloadToFile(source, path, { onProgress })));
  } finally {
    step.report.done();
  }
}

async function download(step: DownloadStep, by: string, run: (path: string) => Promise<void>): Promise<Row> {
  const { settings, report } = step;
  const path = join(step.folder, 'downloaded');
  const startedAt = performance.now();
  await run(path);
  const seconds = (performance.now() - startedAt) / 1000;
  const { bytes, crc64 } = await measureFile(path);
  await rm(path);
  const crcEqual = settings.crc64 === undefined ? undefined : crc64 === settings.crc64;
  report.done();
  report.check(
    bytes === settings.size && crcEqual !== false,
    `${by}: ${megabytes(bytes)} in ${seconds.toFixed(2)} s, CRC-64 ${crcText(crcEqual)}`,
  );
  return { way: `${step.way}, ${by}`, bytes, seconds, crcEqual };
}

function crcText(equal: boolean | undefined): string {
  if (equal === undefined) return 'not known';
  return equal ? 'equal' : 'DIFFERS';
}
