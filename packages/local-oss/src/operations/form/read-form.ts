import type { Readable } from 'node:stream';
import { Refusal } from '../../http/refusal.ts';

/** Reads a stream up to a delimiter, piece by piece. */
export interface ByteReader {
  /** Bytes before the delimiter, which is taken too; `undefined` when it does not come within `limit` bytes. */
  until(delimiter: Buffer, limit: number): Promise<Buffer | undefined>;
  /** Bytes before the delimiter as they come; the delimiter is taken too. @throws Error when it never comes */
  stream(delimiter: Buffer): AsyncGenerator<Buffer>;
  /** The next bytes; fewer when the stream ends. */
  take(count: number): Promise<Buffer>;
}

/** @param start bytes to be read before those of the stream */
export function createByteReader(source: Readable, start: Buffer): ByteReader {
  const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Buffer>;
  let buffer = start;
  const more = async (): Promise<boolean> => {
    const next = await chunks.next();
    if (next.done === true) return false;
    buffer = Buffer.concat([buffer, next.value]);
    return true;
  };
  const cut = (end: number, skip = 0): Buffer => {
    const piece = buffer.subarray(0, end);
    buffer = buffer.subarray(end + skip);
    return piece;
  };
  return {
    async until(delimiter, limit): Promise<Buffer | undefined> {
      for (;;) {
        const at = buffer.indexOf(delimiter);
        if (at > limit) return undefined;
        if (at !== -1) return cut(at, delimiter.length);
        if (buffer.length > limit + delimiter.length || !(await more())) return undefined;
      }
    },
    async *stream(delimiter): AsyncGenerator<Buffer> {
      for (;;) {
        const at = buffer.indexOf(delimiter);
        if (at !== -1) {
          const last = cut(at, delimiter.length);
          if (last.length > 0) yield last;
          return;
        }
        // The end of what is here may be the beginning of the delimiter.
        const safe = buffer.length - delimiter.length + 1;
        if (safe > 0) yield cut(safe);
        if (!(await more())) throw new Error('the stream ended before the delimiter');
      }
    },
    async take(count): Promise<Buffer> {
      while (buffer.length < count && (await more()));
      return cut(Math.min(count, buffer.length));
    },
  };
}

/** A `multipart/form-data` body, read up to its file. */
export interface Form {
  /** Fields before the file; names in lower case. */
  readonly fields: ReadonlyMap<string, string>;
  readonly file: { readonly name: string; readonly contentType?: string; readonly body: AsyncIterable<Buffer> };
}

const MAX_FIELD_BYTES = 8192;
const MAX_FIELDS = 100;
const LINE_END = Buffer.from('\r\n\r\n');

/**
 * Reads the fields of a form; the file, which must be the last field, is left to be streamed.
 *
 * @throws Refusal 400 MalformedPOSTRequest, FieldItemTooLong or IncorrectNumberOfFilesInPOSTRequest
 */
export async function readForm(message: Readable, contentType: string): Promise<Form> {
  const boundary = /^multipart\/form-data\s*;.*?boundary=("?)([^";,\s]{1,200})\1/i.exec(contentType)?.[2];
  if (boundary === undefined) throw malformed();
  const delimiter = Buffer.from(`\r\n--${boundary}`);
  // The first boundary has no line end before it.
  const reader = createByteReader(message, Buffer.from('\r\n'));
  if ((await reader.until(delimiter, MAX_FIELD_BYTES)) === undefined) throw malformed();
  const fields = new Map<string, string>();
  for (let count = 0; count <= MAX_FIELDS; count += 1) {
    const head = await readHead(reader);
    if (head === undefined) {
      throw failure('IncorrectNumberOfFilesInPOSTRequest', 'POST requires exactly one file upload per request.');
    }
    if (head.name === 'file') {
      const file = { name: head.fileName, body: reader.stream(delimiter) };
      return { fields, file: head.type === undefined ? file : { ...file, contentType: head.type } };
    }
    const value = await reader.until(delimiter, MAX_FIELD_BYTES);
    if (value === undefined) throw failure('FieldItemTooLong', 'Your field items is too long.');
    // As with parameters, the first of several counts.
    if (!fields.has(head.name)) fields.set(head.name, value.toString());
  }
  throw malformed();
}

async function readHead(
  reader: ByteReader,
): Promise<{ readonly name: string; readonly fileName: string; readonly type?: string } | undefined> {
  const after = (await reader.take(2)).toString('latin1');
  if (after === '--') return undefined;
  const bytes = after === '\r\n' ? await reader.until(LINE_END, MAX_FIELD_BYTES) : undefined;
  if (bytes === undefined) throw malformed();
  const text = bytes.toString();
  const disposition = /^content-disposition:\s*form-data\s*;([^\r\n]*)/im.exec(text)?.[1] ?? '';
  const name = /(?:^|[;\s])name="([^"]*)"/i.exec(disposition)?.[1];
  if (name === undefined) throw malformed();
  const fileName = /(?:^|[;\s])filename="([^"]*)"/i.exec(disposition)?.[1] ?? '';
  const type = /^content-type:[ \t]*([^\r\n]+)/im.exec(text)?.[1];
  return { name: name.toLowerCase(), fileName, ...(type === undefined ? {} : { type: type.trim() }) };
}

function malformed(): Refusal {
  return failure('MalformedPOSTRequest', 'The body of your POST request is not well-formed multipart/form-data.');
}

function failure(code: string, message: string): Refusal {
  return new Refusal({ status: 400, code, message });
}
