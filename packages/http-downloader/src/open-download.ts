import { transport } from '#transport';
import { systemClock } from '@ossgrant/signer-core';
import { checkedBody, type Expectation, type Received } from './checked-body.ts';
import type {
  Download,
  DownloadOptions,
  DownloadResult,
  ObjectInfo,
  PreparedRequest,
  RequestSource,
} from './contracts.ts';
import { readObjectInfo } from './object-info.ts';
import { sendAttempts } from './send-attempts.ts';
import type { TransportResponse } from './transport/transport.ts';

/**
 * Opens a download: resolves when OSS has answered with the object, with its facts and a stream of its bytes.
 * The stream ends without an error only when length and CRC-64 are the object's.
 *
 * @example
 * const { body, done } = await openDownload(fromUrl(link));
 * for await (const chunk of body) process.stdout.write(chunk);
 * const { bytes, verified } = await done;
 *
 * @throws DownloadError; the signal's reason when it is aborted
 */
export async function openDownload(source: RequestSource, options: DownloadOptions = {}): Promise<Download> {
  const cancelled = new AbortController();
  const signal = options.signal === undefined ? cancelled.signal : AbortSignal.any([options.signal, cancelled.signal]);
  const { request, response, attempts } = await sendAttempts(source, signal, options.clock ?? systemClock);
  const info = readObjectInfo(response);
  const expected = expectationOf(request, response, info);
  const chunks = checkedBody(response.body, expected, { ...options, signal });

  let settle: { resolve: (result: DownloadResult) => void; reject: (error: unknown) => void };
  const done = new Promise<DownloadResult>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever reads the body sees its error there; `done` may go unobserved.
  done.catch(() => {});
  const finish = ({ bytes, crc64 }: Received): DownloadResult => ({
    bytes,
    crc64,
    verified: expected.crc64 === undefined ? 'none' : 'crc64',
    attempts,
    resumedFrom: 0,
  });

  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller): Promise<void> {
        try {
          const next = await chunks.next();
          if (!next.done) {
            controller.enqueue(next.value);
            return;
          }
          settle.resolve(finish(next.value));
          controller.close();
        } catch (error) {
          cancelled.abort(error);
          settle.reject(error);
          controller.error(error);
        }
      },
      async cancel(reason): Promise<void> {
        const error: unknown = reason ?? new DOMException('the download was cancelled', 'AbortError');
        settle.reject(error);
        cancelled.abort(error);
        await response.discard();
      },
    },
    { highWaterMark: 0 },
  );
  return { info, body, done };
}

// What the transport decodes and what OSS processes are other bytes than those that length and checksum are of.
function expectationOf(request: PreparedRequest, response: TransportResponse, info: ObjectInfo): Expectation {
  if (transport.decodesContent && response.header('content-encoding') !== undefined) return {};
  const size = info.size === undefined ? {} : { size: info.size };
  if (/[?&]x-oss-process[=&]/.test(request.path) || info.crc64 === undefined) return size;
  return { ...size, crc64: info.crc64 };
}
