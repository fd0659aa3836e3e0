import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, open, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { CliError, EXIT } from '../../failure/cli-error.ts';

/** The decoder for a Content-Encoding; absent for none and for unknown ones. */
export function decoderFor(encoding: string | undefined): Transform | undefined {
  switch (encoding?.trim().toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
      return createGunzip();
    case 'deflate':
      return createInflate();
    case 'br':
      return createBrotliDecompress();
    default:
      return undefined;
  }
}

/**
 * Unpacks a file in place. The unpacked bytes take its name, its mode and its time only when they are complete and on the disk.
 *
 * @throws CliError when the bytes are not in that encoding; the file then stays as it was downloaded
 */
export async function decompressFile(file: string, encoding: string, signal: AbortSignal): Promise<void> {
  const decoder = decoderFor(encoding);
  if (decoder === undefined) return;
  // Nobody else can have put anything into a folder that was created here.
  const folder = await mkdtemp(join(dirname(file), '.ossgrant-'));
  try {
    const unpacked = join(folder, basename(file));
    const { mode, atime, mtime } = await stat(file);
    await pipeline(createReadStream(file), decoder, createWriteStream(unpacked, { flags: 'wx', mode }), { signal });
    const handle = await open(unpacked, 'r+');
    try {
      // A file system that keeps no times is not a reason to fail.
      await handle.utimes(atime, mtime).catch(() => {});
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(unpacked, file);
  } catch (cause) {
    signal.throwIfAborted();
    const { code = 'unknown error' } = cause as NodeJS.ErrnoException;
    throw new CliError(EXIT.failure, `${file} cannot be unpacked as ${encoding} (${code}); it holds the packed bytes`, {
      cause,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
