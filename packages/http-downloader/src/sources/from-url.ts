import { DownloadError } from '../download-error.ts';
import type { Attempt, PreparedRequest, RequestSource } from '../contracts.ts';
import { linkIdentity, splitLink, type Link } from './link.ts';
import { shareRun, type SharedRun } from './shared-run.ts';

/**
 * Downloads by a signed URL, as it was forwarded. When it expires there is nothing to renew it with: see `fromLinks`.
 *
 * @throws TypeError when the text is not an http(s) URL; the text itself is not in the message
 */
export function fromUrl(url: string): RequestSource {
  const link = splitLink(url);
  const token = Symbol('link');
  return {
    identity: linkIdentity(link),
    async prepare(attempt: Attempt): Promise<PreparedRequest> {
      return { method: 'GET', ...link, headers: checkHeaders(attempt.headers), token };
    },
  };
}

/**
 * Downloads by signed URLs that are asked for as needed: when one has expired, the next is minted, once for all who wait.
 *
 * @param mint asks the owner for a fresh link
 * @param identity names the object, the same for all its links; no secret
 */
export function fromLinks(mint: (signal: AbortSignal) => Promise<string>, identity: string): RequestSource {
  let current: { readonly link: SharedRun<string>; readonly token: symbol } | undefined;
  return {
    identity,
    async prepare(attempt: Attempt): Promise<PreparedRequest> {
      const headers = checkHeaders(attempt.headers);
      const minted = (current ??= { link: shareRun(mint), token: Symbol('link') });
      let link: Link;
      try {
        link = splitLink(await minted.link.wait(attempt.signal));
      } catch (error) {
        // A failure is not kept, the next attempt asks again; one who stopped waiting takes nothing from the others.
        const useless = minted.link.abandoned || !attempt.signal.aborted;
        if (current === minted && useless) current = undefined;
        throw error;
      }
      return { method: 'GET', ...link, headers, token: minted.token };
    },
    rejected({ token }): void {
      if (current?.token === token) current = undefined;
    },
  };
}

// An `x-oss-*` header counts in every signature, so it would break a link that was signed without it.
function checkHeaders(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const signed = Object.keys(headers).find((name) => /^(x-oss-|content-type$|content-md5$)/i.test(name));
  if (signed === undefined) return headers;
  throw new DownloadError(`header "${signed}" cannot be sent with a link that was signed without it`, {
    code: 'SIGNATURE_MISMATCH',
    retryable: false,
  });
}
