import { connectionError, DownloadError } from '../download-error.ts';
import { type ByteRange, isStrong, type ObjectResponse } from '../object-response.ts';
import { createSpeedWatch } from './limits.ts';
import type { Session } from './session.ts';

/**
 * Reads bytes of the object in their order, over as many connections as it takes: a broken one is gone on from, with
 * `Range` and `If-Match`. They are the reader's, to be given back to the blocks of the session.
 *
 * @param range `end` may be `Infinity` when the size is not known
 * @param opened answer to start from
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function* readRange(
  session: Session,
  range: ByteRange,
  opened?: ObjectResponse,
): AsyncGenerator<Uint8Array> {
  const retry = session.createRetry();
  let at = range.start;
  let answer = opened;
  for (;;) {
    try {
      answer ??= await session.send({ start: at, end: range.end });
      for await (const bytes of bodyOf(session, answer, { start: at, end: range.end })) {
        at += bytes.length;
        retry.progress();
        yield bytes;
      }
      return;
    } catch (error) {
      answer = undefined;
      if (error instanceof DownloadError && error.code === 'INCOMPLETE' && at === range.end) throw error;
      // It broke after its last byte.
      if (at === range.end && at > range.start) return;
      if (at > range.start && !canResume(session)) throw error;
      await retry.after(error);
    }
  }
}

/**
 * Opens a download, or a range of it, however often it takes.
 *
 * @param isFinal failures not to be tried again, besides those that are final anyway
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

// Without either there is nothing to tell two versions apart by.
function canResume(session: Session): boolean {
  const known = session.known();
  return known?.size !== undefined && (isStrong(known.etag) || known.crc64 !== undefined);
}

async function* bodyOf(session: Session, answer: ObjectResponse, range: ByteRange): AsyncGenerator<Uint8Array> {
  const { response } = answer;
  const watch = createSpeedWatch(session.minBytesPerSecond);
  let at = answer.start;
  let ended = false;
  try {
    for (;;) {
      const since = session.clock.monotonic();
      const bytes = await read(session, answer);
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
      // A whole object in answer to a part: the rest is others' business.
      if (response.status === 200 && range.end < (answer.info.size ?? 0)) return;
      // Other bytes than were announced, such as those of a browser that has decoded them and does not tell.
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
    throw connectionError(cause, 'the connection broke while the object was being received');
  }
}

function incomplete(received: string, { end }: ByteRange): DownloadError {
  return new DownloadError(`received ${received} bytes of ${end}`, { code: 'INCOMPLETE', retryable: true });
}
