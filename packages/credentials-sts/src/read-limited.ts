/** Reads a body up to `limit` bytes; what is beyond is not read. */
export async function readLimited(response: Response, limit: number): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const bytes = new Uint8Array(limit);
  let size = 0;
  while (size < limit) {
    const { done, value } = await reader.read();
    if (done) return bytes.subarray(0, size);
    const taken = (value as Uint8Array).subarray(0, limit - size);
    bytes.set(taken, size);
    size += taken.length;
  }
  await reader.cancel();
  return bytes;
}
