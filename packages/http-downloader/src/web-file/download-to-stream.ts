import { optionsCheck } from '@ossgrant/credentials-core/internal';
import { checkSource, DOWNLOAD_HINTS, DOWNLOAD_OPTIONS } from '../check-arguments.ts';
import type { DownloadOptions, DownloadResult } from '../download.ts';
import { openChecked } from '../open-download.ts';
import type { RequestSource } from '../request-source.ts';
import { createMemory, type DownloadMemory } from './memory.ts';
import { storageError } from './storage.ts';

const checkOptions = optionsCheck<DownloadOptions>('downloadToStream', DOWNLOAD_OPTIONS, DOWNLOAD_HINTS);

/**
 * Downloads into a stream, such as a picked file's `createWritable()`. The stream is closed only when the bytes are the object's, and
 * aborted otherwise, so that a file stays as it was.
 *
 * @throws DownloadError; the signal's reason when it is aborted; what the stream throws; TypeError and RangeError for wrong arguments,
 *   before any request
 */
export async function downloadToStream(
  source: RequestSource,
  stream: WritableStream<Uint8Array>,
  options: DownloadOptions = {},
): Promise<DownloadResult> {
  checkSource('downloadToStream', source);
  checkOptions(options);
  // A file has copied what it was given when the promise of `write` settles. Any other stream may keep it.
  const memory = 'seek' in stream ? createMemory(true) : undefined;
  const { body, done } = await openChecked(source, options, memory?.blocks).catch(async (error: unknown) => {
    await stream.abort(error).catch(() => {});
    throw error;
  });
  try {
    await body.pipeTo(memory === undefined ? stream : inSegments(stream, memory));
    return await done;
  } catch (error) {
    throw storageError(error);
  }
}

/** Writes to a stream in segments; one is being written while the next is filled. */
function inSegments(stream: WritableStream<Uint8Array>, memory: DownloadMemory): WritableStream<Uint8Array> {
  const writer = stream.getWriter();
  let segment = memory.takeSegment(Infinity);
  let length = 0;
  let writing = Promise.resolve();

  async function write(full: typeof segment, bytes: number): Promise<void> {
    await writer.write(full.subarray(0, bytes));
    memory.giveSegment(full);
  }

  async function flush(): Promise<void> {
    await writing;
    writing = write(segment, length);
    // It is awaited later; until then it must not count as unhandled.
    writing.catch(() => {});
    segment = memory.takeSegment(Infinity);
    length = 0;
  }

  return new WritableStream({
    async write(bytes): Promise<void> {
      for (let rest = bytes; rest.length > 0;) {
        const piece = rest.subarray(0, segment.length - length);
        segment.set(piece, length);
        length += piece.length;
        if (length === segment.length) await flush();
        rest = rest.subarray(piece.length);
      }
      memory.blocks.give(bytes);
    },
    async close(): Promise<void> {
      if (length > 0) await flush();
      await writing;
      await writer.close();
    },
    abort: (reason) => writer.abort(reason),
  });
}
