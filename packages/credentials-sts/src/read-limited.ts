/** Reads a body up to `limit` bytes; what is beyond is not read. */
export async function readLimited(response: Response, limit: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(limit);
  let size = 0;
  const reader = response.body?.getReader();
  while (reader !== undefined) {
    const { done, value } = await reader.read();
    if (done) break;
    const taken = (value as Uint8Array).subarray(0, limit - size);
    bytes.set(taken, size);
    size += taken.length;
    if (size === limit) {
      await reader.cancel();
      break;
    }
  }
  return bytes.subarray(0, size);
}
