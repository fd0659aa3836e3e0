import { defined } from '@ossgrant/credentials-core/internal';
import { SigningError } from '@ossgrant/signer-core';
import { PresignError, type PresignedUrl, type PresignRequest } from '@ossgrant/url-presigner';
import type { Context } from '../context.ts';
import { Problem, unsignable } from '../problem.ts';
import type { ShareFacts } from '../records.ts';

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
 * @throws Problem `not-possible` or `inline-markup` for facts that cannot be signed, `signing-failed` when credentials cannot be had
 */
export async function signObject(context: Context, object: ObjectToSign): Promise<PresignedUrl> {
  const { bucket, facts, key, method, expiresIn, preview, signal } = object;
  const disposition = preview ? 'inline' : (facts.disposition ?? 'attachment');
  const download = facts.filename === undefined ? { disposition } : { disposition, filename: facts.filename };
  const { versionId, process, host } = facts;
  return presign(
    context,
    { bucket, host, version: 'v4', signal },
    { key, method, expiresIn, download, ...defined({ versionId, process }) },
  );
}

/** By which presigner and host to sign. */
interface Signing {
  readonly bucket: string;
  readonly host: string | undefined;
  readonly version: 'v4' | 'v1';
  readonly signal: AbortSignal | undefined;
}

/**
 * Signs a URL.
 *
 * @throws Problem `not-possible` or `inline-markup` for what cannot be signed, `signing-failed` when credentials cannot be had
 */
export async function presign(
  context: Context,
  { bucket, host, version, signal }: Signing,
  request: PresignRequest,
): Promise<PresignedUrl> {
  const { presigners, v1Presigners = {}, hosts = {} } = context.options;
  if (!Object.hasOwn(presigners, bucket)) {
    throw new Problem('not-possible', 'the bucket is not configured on this server');
  }
  const presigner = own(version === 'v1' ? v1Presigners : presigners, bucket);
  if (presigner === undefined) throw new Problem('not-possible', 'this server signs no V1 URLs for the bucket');
  const endpoint = host === undefined ? undefined : own(hosts, host);
  if (host !== undefined && endpoint === undefined) {
    throw new Problem('not-possible', `the host "${host}" is not configured on this server`);
  }
  try {
    return await presigner.presign({ ...request, bucket, ...defined({ endpoint }) }, defined({ signal }));
  } catch (error) {
    if (error instanceof PresignError && error.code === 'INLINE_MARKUP') {
      const why = 'a browser would show it as a page, and run its scripts with the rights of its domain';
      throw new Problem('inline-markup', `${why}: use disposition "attachment"`);
    }
    if (error instanceof SigningError) throw unsignable('not-possible', error);
    if (error instanceof TypeError || error instanceof RangeError) throw new Problem('not-possible', error.message);
    const failed = new Problem('signing-failed', 'no URL can be signed now: try again, and if it lasts tell the owner');
    failed.cause = error;
    throw failed;
  }
}

const PREVIEWS = /\.(?:avif|bmp|flac|gif|jpe?g|m4a|m4v|mkv|mov|mp3|mp4|oga|ogg|ogv|opus|pdf|png|wav|webm|webp)$/i;

/** Whether a browser can show the object without running what is in it. */
export function hasPreview(facts: ShareFacts, key: string): boolean {
  return facts.process === undefined && PREVIEWS.test(key);
}

/** A record's entry; what every object inherits is none. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}
