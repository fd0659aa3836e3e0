import {
  bareError,
  checkArgument,
  defined,
  optional,
  optionsCheck,
  readLimited,
  takes,
} from '@ossgrant/credentials-core/internal';
import { DownloadError, type DownloadErrorCode } from '../download-error.ts';
import type { RequestSource } from '../request-source.ts';
import { readRetryAfter } from '../session/retry-after.ts';
import { fromLinks } from './from-url.ts';
import { newShareUse } from './share-use.ts';

/** Options of `fromShare`. */
export interface ShareOptions {
  /** Object of a share that has several. */
  readonly key?: string;
  /** Of a share that has one. */
  readonly password?: string;
  /**
   * Proof of the use, as `newShareUse` makes one. With the same proof, downloads of one share count as one use, also after a restart:
   * keep it then. It is a secret.
   *
   * @default one of this source's own
   */
  readonly use?: string;
  /** @default the platform's */
  readonly fetch?: (url: string, init: RequestInit) => Promise<Response>;
}

const checkOptions = optionsCheck<ShareOptions>('fromShare', {
  key: optional(takes.filledText),
  password: optional(takes.text),
  use: optional(takes.text),
  fetch: optional(takes.function),
});

/**
 * Downloads from a share of a grant server: asks it for a signed URL, and for another when that has expired. However long the download
 * takes, it is one use. A share that is revoked meanwhile gives no further URL.
 *
 * @param url address of the share, `https://.../d/{token}`
 * @throws TypeError for anything else, which the message does not repeat
 */
export function fromShare(url: string, options: ShareOptions = {}): RequestSource {
  checkArgument('fromShare', 'url', url, takes.text);
  checkOptions(options);
  const [, server, token] = /^(https?:\/\/[^/?#\s@]+(?:\/[^?#\s]+)?)\/d\/([\w-]{44})$/.exec(url.trim()) ?? [];
  if (server === undefined || token === undefined) {
    throw new TypeError(
      'fromShare: the url must be the complete address of a share, such as https://files.example.com/d/...',
    );
  }
  const { key, password, fetch: send = fetch } = options;
  const path = key === undefined ? '' : `/o/${key.split('/').map(encodeURIComponent).join('/')}`;
  let use = options.use ?? newShareUse();

  const mint = async (signal: AbortSignal): Promise<string> => {
    const response = await send(`${server}/d/${token}${path}`, {
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', 'x-ossgrant-use': use },
      body: JSON.stringify(defined({ password })),
      // The address is a permission: no redirect may take it, or a password, to another server. Workers of Cloudflare know no 'error'.
      redirect: 'manual',
      signal,
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw new DownloadError(`${new URL(url).host} could not be reached`, {
        code: 'NETWORK',
        retryable: true,
        cause: bareError(error),
      });
    });
    const body = await readBody(response);
    if (response.status !== 200 || typeof body['url'] !== 'string') throw refusal(response, body, token);
    // The server gives another proof when the time of this one is over.
    if (typeof body['use'] === 'string') use = body['use'];
    return body['url'];
  };

  // The first bytes of a token name the share; the rest is the secret.
  return fromLinks(mint, `share:${server}/d/${token.slice(0, 22)}${path}`);
}

const MAX_BYTES = 65_536;

async function readBody(response: Response): Promise<Readonly<Record<string, unknown>>> {
  try {
    const { bytes } = await readLimited(response.body, MAX_BYTES);
    const body: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof body === 'object' && body !== null ? (body as Readonly<Record<string, unknown>>) : {};
  } catch {
    return {};
  }
}

// By the codes of the grant server; an ended share stays ended, and a permission may change.
const CODES: Readonly<Record<string, DownloadErrorCode>> = {
  expired: 'LINK_EXPIRED',
  'used-up': 'LINK_EXPIRED',
  revoked: 'LINK_EXPIRED',
  'not-found': 'NOT_FOUND',
  paused: 'ACCESS_DENIED',
  'not-yet': 'ACCESS_DENIED',
  'password-required': 'ACCESS_DENIED',
  'password-wrong': 'ACCESS_DENIED',
  'address-not-allowed': 'ACCESS_DENIED',
};

function refusal(
  { status, headers }: Response,
  { code, detail, requestId }: Readonly<Record<string, unknown>>,
  token: string,
): DownloadError {
  const serviceCode = typeof code === 'string' && /^[a-z-]{1,40}$/.test(code) ? code : undefined;
  const known = serviceCode === undefined ? undefined : CODES[serviceCode];
  const retryAfterMs = readRetryAfter((name) => headers.get(name) ?? undefined, Date.now());
  return new DownloadError(`the share gives no download: ${reasonOf(status, detail, token)}`, {
    code: known ?? 'HTTP_STATUS',
    retryable: status === 429 || status >= 500,
    status,
    ...defined({
      serviceCode,
      requestId: typeof requestId === 'string' ? requestId.slice(0, 100) : undefined,
      retryAfterMs,
    }),
  });
}

// The server's words are foreign text: they may repeat the address, or steer a terminal.
function reasonOf(status: number, detail: unknown, token: string): string {
  // Status 0: a redirect that a page may not see.
  if (status < 200 || (status >= 300 && status < 400))
    return 'the server redirects, which is not followed: check the address';
  if (typeof detail !== 'string') return `the server responded with status ${status}`;
  return detail
    .slice(0, 300)
    .replaceAll(token, '...')
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, ' ');
}
