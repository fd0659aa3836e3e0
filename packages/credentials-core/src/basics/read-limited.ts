/** The beginning of a body, or all of it. */
export interface LimitedBody {
  /** At most `limit` bytes, from the start. */
  readonly bytes: Uint8Array;
  /** Whether there was more, which was not read. */
  readonly truncated: boolean;
}

/**
 * Reads a body up to a limit and cancels the rest, so that an endless or highly compressed response costs no more than the limit.
 *
 * @param body `response.body` of `fetch`, whose bytes are decompressed, or `null`
 * @param limit in bytes
 */
export async function readLimited(body: ReadableStream<Uint8Array> | null, limit: number): Promise<LimitedBody> {
  if (body === null) return { bytes: new Uint8Array(0), truncated: false };
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let size = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return { bytes: joined(chunks, size), truncated: false };
      const room = limit - size;
      if (value.byteLength > room) {
        chunks.push(value.subarray(0, room));
        return { bytes: joined(chunks, limit), truncated: true };
      }
      chunks.push(value);
      size += value.byteLength;
    }
  } finally {
    // After the end this does nothing; before it, it frees the connection. A server that ends badly here changes nothing.
    reader.cancel().catch(() => {});
  }
}

function joined(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
