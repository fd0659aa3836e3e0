import { randomUUID } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { Presigner } from '@ossgrant/url-presigner';
import type { AnchorTarget } from './audit-configuration.ts';

/** Keeps one anchor; it throws when the anchor is not safe there. */
export type KeepAnchor = (line: string, at: Date) => Promise<void>;

const UPLOAD_MS = 20_000;

/** Appends a line and waits for the disk. Only the owner can read the file. */
export async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a+', 0o600);
  try {
    // A line that a crash cut short must not take this one along.
    const { size } = await handle.stat();
    const last = size === 0 ? '\n' : (await handle.read(Buffer.alloc(1), 0, 1, size - 1)).buffer.toString();
    await handle.appendFile(`${last === '\n' ? '' : '\n'}${line}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** Makes what keeps anchors where the configuration says. */
export function anchorTarget(target: AnchorTarget, presigner: Presigner): KeepAnchor {
  if (target.to === 'file') return (line) => appendLine(target.file, line);
  if (target.to === 'objects') return (line, at) => putObject(presigner, target, line, at);
  return async (line) => {
    process.stdout.write(`${line}\n`);
  };
}

/** An object of its own for each anchor, in the order of their names, and never over another one. */
async function putObject(
  presigner: Presigner,
  { bucket, prefix }: { readonly bucket: string; readonly prefix: string },
  line: string,
  at: Date,
): Promise<void> {
  const key = `${prefix}${at.toISOString().replaceAll(':', '-')}-${randomUUID().slice(0, 8)}.jws`;
  const headers = { 'x-oss-forbid-overwrite': 'true', 'content-type': 'application/jose' };
  const { url, signedHeaders } = await presigner.presign({ method: 'PUT', bucket, key, expiresIn: '60s', headers });
  const response = await fetch(url, {
    method: 'PUT',
    headers: signedHeaders,
    body: `${line}\n`,
    redirect: 'error',
    signal: AbortSignal.timeout(UPLOAD_MS),
  });
  await response.body?.cancel();
  if (!response.ok) throw new Error(`OSS answered ${response.status} to the upload of ${bucket}/${key}`);
}
