import { createCrc64 } from '@ossgrant/crc64';
import { DownloadError } from './download-error.ts';
import type { DownloadOptions } from './contracts.ts';

/** What the bytes are compared with. */
export interface Expectation {
  /** In bytes. Absent: not announced, or not comparable. */
  readonly size?: number;
  readonly crc64?: bigint;
}

/** What came. */
export interface Received {
  readonly bytes: number;
  readonly crc64: bigint;
}

/**
 * Passes bytes on while it counts and sums them, and compares at the end.
 *
 * @throws DownloadError `INCOMPLETE`, `CHECKSUM_MISMATCH` or `NETWORK`; the signal's reason when it is aborted
 */
export async function* checkedBody(
  body: AsyncIterable<Uint8Array>,
  expected: Expectation,
  options: DownloadOptions,
): AsyncGenerator<Uint8Array, Received> {
  const crc = createCrc64();
  let bytes = 0;
  const totalBytes = expected.size === undefined ? {} : { totalBytes: expected.size };
  for await (const chunk of failuresOf(body, options.signal)) {
    bytes += chunk.length;
    if (expected.size !== undefined && bytes > expected.size) throw incomplete(`more than ${expected.size}`, expected);
    crc.update(chunk);
    options.onProgress?.({ receivedBytes: bytes, ...totalBytes });
    yield chunk;
  }
  if (expected.size !== undefined && bytes !== expected.size) throw incomplete(String(bytes), expected);
  const crc64 = crc.digest();
  if (expected.crc64 !== undefined && expected.crc64 !== crc64) {
    throw new DownloadError(`the bytes received are not the object's: CRC-64 ${crc64} instead of ${expected.crc64}`, {
      code: 'CHECKSUM_MISMATCH',
      retryable: true,
    });
  }
  return { bytes, crc64 };
}

// Names failures of the connection; what the reader or a progress callback throws is left alone.
async function* failuresOf(
  body: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      let next: IteratorResult<Uint8Array>;
      try {
        next = await iterator.next();
      } catch (cause) {
        ended = true;
        signal?.throwIfAborted();
        throw new DownloadError('the connection broke while the object was being received', {
          code: 'NETWORK',
          retryable: true,
          cause,
        });
      }
      if (next.done) {
        ended = true;
        return;
      }
      yield next.value;
    }
  } finally {
    if (!ended) await iterator.return?.();
  }
}

function incomplete(received: string, expected: Expectation): DownloadError {
  return new DownloadError(`received ${received} bytes of ${expected.size}`, { code: 'INCOMPLETE', retryable: true });
}
