import type { OpenFile } from './open-file.ts';

/** Writes all bytes from `position` on, also when the system takes only some of them at a time. */
export async function writeAt(file: Pick<OpenFile, 'write'>, bytes: Uint8Array, position: number): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const { bytesWritten } = await file.write(bytes, at, bytes.length - at, position + at);
    at += bytesWritten;
  }
}
