import { createHash } from 'node:crypto';
import { onDisk } from './on-disk.ts';
import type { OpenFile } from './open-file.ts';

const BLOCK = 1 << 20;

/** MD5 of a file, in Base64. Old objects without CRC-64 are few: reading them once more spares the others a second sum. */
export async function md5OfFile(file: OpenFile, signal: AbortSignal): Promise<string> {
  const hash = createHash('md5');
  const block = Buffer.allocUnsafe(BLOCK);
  for (let at = 0; ;) {
    signal.throwIfAborted();
    const { bytesRead } = await onDisk(file.read(block, 0, BLOCK, at));
    if (bytesRead === 0) return hash.digest('base64');
    hash.update(block.subarray(0, bytesRead));
    at += bytesRead;
  }
}
