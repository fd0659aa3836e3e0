import { connectionError } from '../connection-error.ts';
import { DownloadError } from '../download-error.ts';
import { type ByteRange, isResumable, type ObjectResponse } from '../object-response.ts';
import { BROKEN } from './first-attempt.ts';
import { createSpeedWatch } from './limits.ts';
import type { Session } from './session.ts';

/**
 * Reads bytes of the object in order, over as many connections as it takes: after a broken one the rest is asked for, with `Range`
 * and `If-Match`. The bytes are the reader's, to be given back to the blocks of the session.
 *
 * @param range `end` may be `Infinity` when the size is not known
 * @param opened response to start from
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function* readRange(
  session: Session,
  range: ByteRange,
  opened?: ObjectResponse,
): AsyncGenerator<Uint8Array> {
  const retry = session.createRetry();
  let at = range.start;
  let response = opened;
  for (;;) {
    try {
      response ??= await session.send({ start: at, end: range.end });
      for await (const bytes of bodyOf(session, response, { start: at, end: range.end })) {
        at += bytes.length;
        retry.progress(bytes.length);
        yield bytes;
      }
      return;
    } catch (error) {
      response = undefined;
      if (error instanceof DownloadError && error.code === 'INCOMPLETE' && at === range.end) throw error;
      // It broke after the last byte.
      if (at === range.end && at > range.start) return;
      if (at > range.start && !canResume(session)) throw error;
      await retry.after(error);
    }
  }
}

/**
 * Opens a download, or a range of it, and tries again as the policy says.
 *
 * @param isFinal further failures that are not to be tried again
 */
export async function openResponse(
  session: Session,
  range?: ByteRange,
  isFinal: (error: unknown) => boolean = () => false,
): Promise<ObjectResponse> {
  const retry = session.createRetry();
  for (;;) {
    try {
      return await session.send(range);
    } catch (error) {
      if (isFinal(error)) throw error;
      await retry.after(error);
    }
  }
}

/** Whether a broken response can be resumed by another. */
export function canResume(session: Session): boolean {
  const known = session.known();
  return known !== undefined && isResumable(known);
}

async function* bodyOf(session: Session, opened: ObjectResponse, range: ByteRange): AsyncGenerator<Uint8Array> {
  const { response, info } = opened;
  const watch = createSpeedWatch(session.minBytesPerSecond);
  let at = opened.start;
  let ended = false;
  try {
    for (;;) {
      const since = session.clock.monotonic();
      const bytes = await read(session, opened);
      if (bytes === undefined) {
        ended = true;
        break;
      }
      watch.received(bytes.length, session.clock.monotonic() - since);
      const wanted = bytes.subarray(Math.max(0, range.start - at), Math.max(0, range.end - at));
      at += bytes.length;
      if (wanted.length > 0) yield wanted;
      else {
        session.blocks?.give(bytes);
        await session.pace(bytes.length);
      }
      if (at <= range.end) continue;
      // The whole object was sent instead of a part: other connections fetch the rest.
      if (response.status === 200 && range.end < (info.size ?? 0)) return;
      // Bytes beyond the announced ones, for example where a browser has decoded them and hides the header.
      if (session.known()?.crc64 === undefined) throw incomplete(`more than ${range.end}`, range);
      return;
    }
  } finally {
    if (!ended) response.discard();
  }
  if (Number.isFinite(range.end) && at < range.end) throw incomplete(String(at), range);
}

async function read(session: Session, { response }: ObjectResponse): Promise<Uint8Array | undefined> {
  try {
    return await response.read();
  } catch (cause) {
    session.signal.throwIfAborted();
    throw connectionError(cause, BROKEN);
  }
}

function incomplete(received: string, { end }: ByteRange): DownloadError {
  return new DownloadError(`received ${received} bytes of ${end}`, { code: 'INCOMPLETE', retryable: true });
}
