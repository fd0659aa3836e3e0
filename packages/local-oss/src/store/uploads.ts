import { createHash, randomBytes } from 'node:crypto';
import { defined } from '@ossgrant/credentials-core/internal';
import { NO_SUCH_UPLOAD_EC, type UploadStep } from '../http/ec.ts';
import { Refusal } from '../http/refusal.ts';
import type { Blob } from './backend.ts';
import type { BegunUpload, Incoming, NewObject, ObjectVersion, Part, UploadFacts, Uploads } from './object-store.ts';
import type { Received } from './receive.ts';

interface Upload extends BegunUpload {
  readonly facts: UploadFacts;
  readonly parts: Map<number, Part & { readonly blob: Blob }>;
}

/** The part of a bucket that uploads use. */
export interface UploadsOptions {
  readonly take: (incoming: Incoming) => Promise<Received>;
  readonly put: (object: NewObject) => Promise<ObjectVersion>;
}

// Uploads that nobody ends must not pile up: the oldest are aborted.
const MAX_UPLOADS = 1000;

/** Keeps uploads in parts, in memory; their bytes are where the bucket's are. */
export function createUploads(options: UploadsOptions): Uploads {
  const uploads = new Map<string, Upload>();
  const find = (id: string): Upload => {
    const upload = uploads.get(id);
    if (upload === undefined) throw noSuchUpload(id);
    return upload;
  };
  const abort = (id: string): void => {
    const upload = uploads.get(id);
    if (upload !== undefined) removeParts(upload);
    uploads.delete(id);
  };
  return {
    begin(key, facts, initiated): string {
      const id = randomBytes(16).toString('hex').toUpperCase();
      uploads.set(id, { id, key, initiated, facts, parts: new Map() });
      const [oldest] = uploads.keys();
      if (uploads.size > MAX_UPLOADS && oldest !== undefined) abort(oldest);
      return id;
    },
    list: () => [...uploads.values()],
    factsOf: (id) => uploads.get(id)?.facts,
    keyOf: (id) => uploads.get(id)?.key,
    async put(id, number, incoming): Promise<Part> {
      const { blob, md5, crc64 } = await options.take(incoming);
      const { lastModified } = incoming;
      const etag = `"${md5.toString('hex').toUpperCase()}"`;
      const part = { number, size: blob.size, etag, md5: md5.toString('base64'), crc64, lastModified, blob };
      const upload = uploads.get(id);
      if (upload === undefined) {
        blob.remove();
        throw noSuchUpload(id, 'part');
      }
      const { parts } = upload;
      parts.get(number)?.blob.remove();
      parts.set(number, part);
      return part;
    },
    parts: (id) => [...find(id).parts.values()].sort((a, b) => a.number - b.number),
    async complete(id, { numbers, ...given }): Promise<ObjectVersion> {
      const upload = find(id);
      const { key, facts, parts } = upload;
      const chosen = numbers.flatMap((number) => parts.get(number) ?? []);
      const md5 = createHash('md5').update(chosen.map((part) => part.etag.replaceAll('"', '')).join(''));
      const etag = `"${md5.digest('hex').toUpperCase()}-${chosen.length}"`;
      const body = joined(chosen.map((part) => part.blob));
      // Nobody may abort it or replace a part of it while its parts are being read.
      uploads.delete(id);
      try {
        const info = await options.put({ ...facts, ...given, key, type: 'Multipart', body, etag });
        removeParts(upload);
        return info;
      } catch (error) {
        uploads.set(id, upload);
        throw error;
      }
    },
    abort,
  };
}

function removeParts(upload: Upload): void {
  for (const part of upload.parts.values()) part.blob.remove();
}

async function* joined(blobs: readonly Blob[]): AsyncGenerator<Buffer> {
  for (const blob of blobs) if (blob.size > 0) yield* blob.read(0, blob.size - 1) as AsyncIterable<Buffer>;
}

/** 404 NoSuchUpload. */
export function noSuchUpload(uploadId: string, step?: UploadStep): Refusal {
  return new Refusal({
    status: 404,
    code: 'NoSuchUpload',
    message:
      'The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.',
    details: { UploadId: uploadId },
    ...defined({ ec: step && NO_SUCH_UPLOAD_EC[step] }),
  });
}
