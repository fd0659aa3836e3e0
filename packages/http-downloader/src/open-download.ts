import { createMd5 } from '#runtime';
import { createCrc64 } from '@ossgrant/crc64';
import { defined, optionsCheck } from '@ossgrant/credentials-core/internal';
import { checkSource, DOWNLOAD_HINTS, DOWNLOAD_OPTIONS } from './check-arguments.ts';
import type { Download, DownloadOptions, DownloadResult } from './download.ts';
import type { ObjectResponse } from './object-response.ts';
import { createProgressMeter } from './progress.ts';
import type { RequestSource } from './request-source.ts';
import { openResponse, readRange } from './session/read-range.ts';
import { createSession, type Session } from './session/session.ts';
import type { Blocks } from './transport/transport.ts';
import { areWrongBytes, assertVerifiable, expectationOf, verify, type Expectation } from './verify.ts';

const checkOptions = optionsCheck<DownloadOptions>('openDownload', DOWNLOAD_OPTIONS, DOWNLOAD_HINTS);

/**
 * Opens a download: resolves when OSS has sent the facts of the object, with a stream of its bytes. The stream ends without an error
 * only when length and CRC-64 are the object's. A broken connection is resumed where it broke; wrong bytes are not replaced, as
 * they have been handed out.
 *
 * @example
 * const { body, done } = await openDownload(fromUrl(link));
 * for await (const chunk of body) process.stdout.write(chunk);
 * const { bytes, verified } = await done;
 *
 * @throws DownloadError; the signal's reason when it is aborted; TypeError and RangeError for wrong arguments, before any request
 */
export async function openDownload(source: RequestSource, options: DownloadOptions = {}): Promise<Download> {
  checkSource('openDownload', source);
  checkOptions(options);
  return openChecked(source, options);
}

/** Opens a download whose arguments are checked. @param blocks memory for its bytes, to be given back by who reads the body */
export async function openChecked(source: RequestSource, options: DownloadOptions, blocks?: Blocks): Promise<Download> {
  const session = createSession(source, options, defined({ blocks }));
  try {
    return await open(session, options);
  } catch (error) {
    session.close();
    throw error;
  }
}

async function open(session: Session, options: DownloadOptions): Promise<Download> {
  const opened = await openResponse(session);
  const expected = expectationOf(opened);
  assertVerifiable(opened, expected, options);
  session.expect(expected.info);
  const chunks = checkedChunks(session, opened, expected, options);

  let settle: { resolve: (result: DownloadResult) => void; reject: (error: unknown) => void };
  const done = new Promise<DownloadResult>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever reads the body sees its error there; `done` may go unobserved.
  done.catch(() => {});
  const fail = (error: unknown): void => {
    if (areWrongBytes(error)) session.wrongBytes();
    session.cancel(error);
    session.close();
    settle.reject(error);
  };

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        try {
          const next = await chunks.next();
          if (!next.done) {
            controller.enqueue(next.value);
            return;
          }
          session.close();
          settle.resolve(next.value);
          controller.close();
        } catch (error) {
          fail(error);
          controller.error(error);
        }
      },
      cancel(reason): void {
        fail(reason ?? new DOMException('the download was cancelled', 'AbortError'));
        opened.response.discard();
      },
    },
    { highWaterMark: 0 },
  );
  return { info: opened.info, body, done };
}

async function* checkedChunks(
  session: Session,
  opened: ObjectResponse,
  expected: Expectation,
  { onProgress }: DownloadOptions,
): AsyncGenerator<Uint8Array, DownloadResult> {
  const crc = createCrc64();
  const md5 = expected.md5 === undefined ? undefined : createMd5?.();
  const size = expected.info.size;
  const meter = createProgressMeter({
    clock: session.clock,
    ...defined({ totalBytes: size, onProgress }),
  });
  let bytes = 0;
  for await (const chunk of readRange(session, { start: 0, end: size ?? Infinity }, opened)) {
    crc.update(chunk);
    md5?.update(chunk);
    bytes += chunk.length;
    await session.pace(chunk.length);
    session.signal.throwIfAborted();
    meter.report(bytes);
    yield chunk;
  }
  const crc64 = crc.digest();
  const verified = verify({ crc64, md5: md5?.digest() }, expected);
  meter.finish();
  return {
    bytes,
    crc64,
    verified,
    attempts: session.attempts(),
    resumedFrom: 0,
    info: expected.info,
  };
}
