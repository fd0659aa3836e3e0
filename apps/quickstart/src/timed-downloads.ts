import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress, RequestSource } from '@ossgrant/http-downloader';
import { downloadToFile } from '@ossgrant/http-downloader/file';
import { measureFile, type PlainClient } from './plain-client.ts';
import { bar, megabytes, type Report } from './report.ts';
import type { Settings } from './settings.ts';

/** One timed download, for the table: its time, and what that time includes. */
export interface Row {
  readonly way: string;
  readonly bytes: number;
  readonly seconds: number;
  /** The downloader compared the bytes with a checksum of the server. */
  readonly verified: boolean;
  /** The bytes were flushed to the disk, and the file appeared under its name in one step, complete. */
  readonly durable: boolean;
}

/** Options of a download step. */
export interface DownloadStep {
  readonly way: string;
  readonly settings: Settings;
  readonly report: Report;
  /** Folder for the file. */
  readonly folder: string;
}

/**
 * Downloads with a plain client, which only writes what it receives. The second row adds what http-downloader does as well:
 * comparing the checksum, flushing the file to the disk and renaming it.
 */
export async function plainDownload(step: DownloadStep, client: PlainClient, url: string): Promise<Row[]> {
  const { settings, report } = step;
  const path = join(step.folder, 'downloaded');
  const startedAt = performance.now();
  await client.download(url, `${path}.part`);
  const received = secondsSince(startedAt);
  const { bytes, crc64 } = await measureFile(`${path}.part`);
  const file = await open(`${path}.part`, 'r+');
  await file.sync().finally(() => file.close());
  await rename(`${path}.part`, path);
  const finished = secondsSince(startedAt);
  await rm(path);
  checkDownload(report, { by: client.name, bytes, crc64, seconds: received, settings });
  const verified = settings.crc64 !== undefined;
  return [
    { way: `${step.way}, ${client.name}`, bytes, seconds: received, verified: false, durable: false },
    { way: `${step.way}, ${client.name} + checks`, bytes, seconds: finished, verified, durable: true },
  ];
}

/** Downloads with http-downloader, showing a progress bar. */
export async function ossgrantDownload(step: DownloadStep, source: RequestSource): Promise<Row> {
  const { settings, report } = step;
  const path = join(step.folder, 'downloaded');
  let shownAt = 0;
  const onProgress = ({ receivedBytes }: Progress): void => {
    if (Date.now() - shownAt < 100) return;
    shownAt = Date.now();
    report.progress(bar(receivedBytes / Math.max(settings.size, 1)));
  };
  const startedAt = performance.now();
  const result = await downloadToFile(source, path, { onProgress }).finally(() => report.done());
  const seconds = secondsSince(startedAt);
  const { bytes, crc64 } = await measureFile(path);
  await rm(path);
  checkDownload(report, { by: 'ossgrant', bytes, crc64, seconds, settings });
  return { way: `${step.way}, ossgrant`, bytes, seconds, verified: result.verified !== 'none', durable: true };
}

function secondsSince(startedAt: number): number {
  return (performance.now() - startedAt) / 1000;
}

interface Download {
  readonly by: string;
  readonly bytes: number;
  readonly crc64: bigint;
  readonly seconds: number;
  readonly settings: Settings;
}

// Reads every file back, whatever its downloader claims.
function checkDownload(report: Report, { by, bytes, crc64, seconds, settings }: Download): void {
  const equal = settings.crc64 === undefined ? undefined : crc64 === settings.crc64;
  report.check(
    bytes === settings.size && equal !== false,
    `${by}: ${megabytes(bytes)} in ${seconds.toFixed(2)} s, CRC-64 ${crcText(equal)}`,
  );
}

function crcText(equal: boolean | undefined): string {
  if (equal === undefined) return 'unknown: the object has none';
  return equal ? 'equal' : 'DIFFERS';
}
