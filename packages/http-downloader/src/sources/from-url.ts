import { checkArgument, takes } from '@ossgrant/credentials-core/internal';
import { DownloadError } from '../download-error.ts';
import { linkIdentity, splitLink, type Link } from '../link.ts';
import type { Attempt, PreparedRequest, RequestSource } from '../request-source.ts';

/** One run of something, shared by all who wait for it. */
export interface SharedRun<T> {
  /** Whether everybody stopped waiting before it settled. */
  readonly abandoned: boolean;
  /** Settles with the run, or at once with the signal's reason. The run itself is aborted when nobody waits any more. */
  wait(signal: AbortSignal): Promise<T>;
}

/** Starts a run. A failure that nobody waits for does not count as unhandled. */
export function shareRun<T>(run: (signal: AbortSignal) => Promise<T>): SharedRun<T> {
  const unwanted = new AbortController();
  const start = async (): Promise<T> => run(unwanted.signal);
  const result = start();
  result.catch(() => {});
  let waiting = 0;
  return {
    get abandoned(): boolean {
      return unwanted.signal.aborted;
    },
    wait(signal): Promise<T> {
      waiting += 1;
      return new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          waiting -= 1;
          signal.removeEventListener('abort', abort);
        };
        const abort = (): void => {
          leave();
          reject(signal.reason as Error);
          if (waiting === 0) unwanted.abort(signal.reason);
        };
        signal.addEventListener('abort', abort);
        result.then(resolve, reject).finally(leave);
        if (signal.aborted) abort();
      });
    },
  };
}

/**
 * Downloads by a signed URL, as it was forwarded. It cannot be renewed when it expires: see `fromLinks`.
 *
 * @throws TypeError for anything but an http(s) URL, which the message does not repeat
 */
export function fromUrl(url: string): RequestSource {
  checkArgument('fromUrl', 'url', url, takes.text);
  const link = splitLink(url);
  const { origin, path } = link;
  const token = Symbol('link');
  return {
    identity: linkIdentity(link),
    async prepare(attempt: Attempt): Promise<PreparedRequest> {
      return { method: 'GET', origin, path, headers: checkHeaders(attempt.headers), token };
    },
  };
}

/**
 * Downloads by signed URLs that are minted as needed: when one has expired, the next is minted once for all connections.
 *
 * @param mint asks the owner for a fresh link
 * @param identity names the object, the same for all its links; not a secret
 * @throws TypeError for wrong arguments
 */
export function fromLinks(mint: (signal: AbortSignal) => Promise<string>, identity: string): RequestSource {
  checkArgument('fromLinks', 'mint', mint, takes.function);
  checkArgument('fromLinks', 'identity', identity, takes.filledText);
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
