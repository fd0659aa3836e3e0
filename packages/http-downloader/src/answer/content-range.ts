/** Bytes from `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** What a 206 holds. */
export interface ContentRange extends ByteRange {
  /** Of the whole object; absent when the server does not say. */
  readonly total?: number;
}

/** Reads a `Content-Range` header; undefined for what is none of one range. */
export function parseContentRange(text: string | undefined): ContentRange | undefined {
  const match = /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15}|\*)$/i.exec(text?.trim() ?? '');
  if (match === null) return undefined;
  const [start, last] = [Number(match[1]), Number(match[2])];
  const total = match[3] === '*' ? undefined : Number(match[3]);
  if (last < start || (total !== undefined && last >= total)) return undefined;
  return { start, end: last + 1, ...(total === undefined ? {} : { total }) };
}

/** Writes a `Range` header. */
export function formatRange({ start, end }: ByteRange): string {
  return `bytes=${start}-${Number.isFinite(end) ? end - 1 : ''}`;
}
