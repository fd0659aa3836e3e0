import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createCrc64 } from '@ossgrant/crc64';
import { openDownload, type ObjectInfo } from '@ossgrant/http-downloader';
import type { Item } from './items.ts';

/**
 * Whether a file already holds the object: the size must match, and the CRC-64, or else the modification time. A listing settles
 * size and time without a request; otherwise one request is opened for the headers.
 */
export async function holdsObject(file: string, item: Item, signal: AbortSignal): Promise<boolean> {
  const local = await stat(file).catch(() => undefined);
  if (local?.isFile() !== true) return false;
  const { listed } = item;
  if (listed !== undefined) {
    if (listed.size !== local.size) return false;
    if (isSameTime(local.mtime, listed.lastModified)) return true;
  }
  const { size, crc64, lastModified } = await objectInfo(item, signal);
  if (size !== local.size) return false;
  return crc64 === undefined ? isSameTime(local.mtime, lastModified) : (await crc64OfFile(file, signal)) === crc64;
}

async function objectInfo(item: Item, signal: AbortSignal): Promise<ObjectInfo> {
  const { info, body, done } = await openDownload(item.source, { signal });
  done.catch(() => {});
  await body.cancel();
  return info;
}

// HTTP dates have whole seconds.
function isSameTime(local: Date, remote: Date | undefined): boolean {
  return remote !== undefined && Math.floor(local.getTime() / 1000) === Math.floor(remote.getTime() / 1000);
}

async function crc64OfFile(file: string, signal: AbortSignal): Promise<bigint> {
  const crc = createCrc64();
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20, signal })) crc.update(chunk as Uint8Array);
  return crc.digest();
}
