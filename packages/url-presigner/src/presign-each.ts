import type { BatchResult, PresignCallOptions, PresignedUrl, Presigner, PresignRequest } from './contracts.ts';

/** Signs lazily, one request for each result that is taken. Only an abort ends the run. */
export async function* presignEach(
  requests: Iterable<PresignRequest> | AsyncIterable<PresignRequest>,
  presign: Presigner['presign'],
  call: PresignCallOptions,
): AsyncGenerator<BatchResult<PresignRequest, PresignedUrl>> {
  for await (const input of requests) {
    call.signal?.throwIfAborted();
    let result: BatchResult<PresignRequest, PresignedUrl>;
    try {
      result = { ok: true, input, value: await presign(input, call) };
    } catch (error) {
      call.signal?.throwIfAborted();
      if (!(error instanceof Error)) throw error;
      result = { ok: false, input, error };
    }
    yield result;
  }
}
