import { open, type FileHandle } from 'node:fs/promises';

const CURSOR = /^\{"cursor":"([^"]+)".*\}\n/;
const PIECE = 1 << 16;

/** An export that is continued: everything after its last cursor is cut off, as it comes again. */
export interface ExportFile {
  /** Absent: the file is new. */
  readonly cursor?: string;
  append(text: string): Promise<void>;
  /** Waits for the disk. */
  close(): Promise<void>;
}

/** Opens an export to append to it. Only the owner can read the file. @throws Error for a file that is not an export */
export async function openExportFile(file: string): Promise<ExportFile> {
  const handle = await open(file, 'a+', 0o600);
  try {
    const { size } = await handle.stat();
    const found = await lastCursor(handle, size);
    if (found === undefined && size > 0) {
      throw new Error(`${file} has no cursor of an export: name a new file, or the export that is to be continued`);
    }
    if (found !== undefined && found.end < size) await handle.truncate(found.end);
    return {
      ...(found === undefined ? {} : { cursor: found.cursor }),
      append: (text) => handle.appendFile(text),
      async close() {
        await handle.datasync();
        await handle.close();
      },
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Searches from the end: a cursor stands at the end of each thousand events. */
async function lastCursor(handle: FileHandle, size: number): Promise<{ cursor: string; end: number } | undefined> {
  let tail = Buffer.alloc(0);
  for (let start = size; start > 0;) {
    const length = Math.min(PIECE, start);
    start -= length;
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, start);
    tail = Buffer.concat([buffer, tail]);
    for (let at = tail.lastIndexOf('{"cursor"'); at >= 0; at = at === 0 ? -1 : tail.lastIndexOf('{"cursor"', at - 1)) {
      // An event's text can hold these letters, but not at the start of a line.
      const atLineStart = at === 0 ? start === 0 : tail[at - 1] === 10;
      const [line, cursor] = CURSOR.exec(tail.subarray(at).toString('utf8')) ?? [];
      if (atLineStart && line !== undefined && cursor !== undefined) {
        return { cursor, end: start + at + Buffer.byteLength(line) };
      }
    }
  }
  return undefined;
}
