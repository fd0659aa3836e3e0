import type { DownloadOptions, DownloadResult } from '../download.ts';
import { openDownload } from '../open-download.ts';
import type { RequestSource } from '../request-source.ts';
import { storageError } from './storage.ts';

/**
 * Downloads into a stream, such as a picked file's `createWritable()`. The stream is closed only when the bytes are the object's, and
 * aborted otherwise, so that a file stays as it was.
 *
 * @throws DownloadError; the signal's reason when it is aborted; what the stream throws
 */
export async function downloadToStream(
  source: RequestSource,
  stream: WritableStream<Uint8Array>,
  options: DownloadOptions = {},
): Promise<DownloadResult> {
  try {
    const { body, done } = await openDownload(source, options);
    await body.pipeTo(stream);
    return await done;
  } catch (error) {
    if (!stream.locked) await stream.abort(error).catch(() => {});
    throw storageError(error);
  }
}
