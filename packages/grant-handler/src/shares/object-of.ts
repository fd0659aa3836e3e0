import { SigningError } from '@ossgrant/signer-core';
import { PresignError, type PresignedUrl } from '@ossgrant/url-presigner';
import type { Context } from '../context.ts';
import { Problem } from '../problem.ts';
import type { ShareFacts } from '../store.ts';

/** Life of the URL that a redeem hands out: long enough to follow, too short to pass on. */
export const DOWNLOAD_SECONDS = 60;
export const DEFAULT_PREVIEW_SECONDS = 900;

/** One object to sign for. */
export interface ObjectToSign {
  readonly bucket: string;
  readonly facts: ShareFacts;
  readonly key: string;
  readonly method: 'GET' | 'HEAD';
  readonly expiresIn: number;
  readonly preview: boolean;
  readonly signal?: AbortSignal;
}

/**
 * Signs a URL for an object of a share.
 *
 * @throws Problem `not-possible` for facts that cannot be signed, `signing-failed` when credentials cannot be had
 */
export async function signObject(context: Context, object: ObjectToSign): Promise<PresignedUrl> {
  const { bucket, facts, key, method, expiresIn, preview, signal } = object;
  const presigner = own(context.options.presigners, bucket);
  if (presigner === undefined) throw new Problem('not-possible', 'the bucket is not configured on this server');
  const endpoint = facts.host === undefined ? undefined : own(context.options.hosts ?? {}, facts.host);
  if (facts.host !== undefined && endpoint === undefined) {
    throw new Problem('not-possible', 'the host of the share is not configured on this server');
  }
  const disposition = preview ? 'inline' : (facts.disposition ?? 'attachment');
  const download = facts.filename === undefined ? { disposition } : { disposition, filename: facts.filename };
  try {
    return await presigner.presign(
      {
        key,
        bucket,
        method,
        expiresIn,
        download,
        ...(facts.versionId === undefined ? {} : { versionId: facts.versionId }),
        ...(facts.process === undefined ? {} : { process: facts.process }),
        ...(endpoint === undefined ? {} : { endpoint }),
      },
      signal === undefined ? {} : { signal },
    );
  } catch (error) {
    const theirs = error instanceof SigningError || error instanceof TypeError || error instanceof RangeError;
    if (theirs || (error instanceof PresignError && error.code === 'INLINE_MARKUP')) {
      throw new Problem('not-possible', error.message);
    }
    const failed = new Problem('signing-failed', 'no URL can be signed now: try again, and if it lasts tell the owner');
    failed.cause = error;
    throw failed;
  }
}

const PREVIEWS = /\.(?:avif|bmp|flac|gif|jpe?g|m4a|m4v|mkv|mov|mp3|mp4|oga|ogg|ogv|opus|png|wav|webm|webp)$/i;

/** Whether a browser can show the object without running what is in it. */
export function hasPreview(facts: ShareFacts, key: string): boolean {
  return facts.process === undefined && PREVIEWS.test(key);
}

/** A record's entry; what every object inherits is none. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
