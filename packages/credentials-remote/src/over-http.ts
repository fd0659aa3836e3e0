import { CredentialError, type CredentialSource } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { callKeyServer, keyServerUrl, senderFor } from './http/call-key-server.ts';
import { assertSuccess, field, parseJson, readKey, type ReadKeyOptions } from './key-response.ts';

/** Headers of a call, or a function that makes them for each call. */
export type RequestHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Options of `applicationServer`. */
export interface ApplicationServerOptions {
  /** https, or http to this machine. In a page it may be relative to the page. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST';
  /** Identify the caller to the server. A function is called before each call. @default none; a page's own cookies are sent */
  readonly headers?: RequestHeaders;
  /** Limit of one call, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** @default the platform's; on Node, to this machine, a client that bypasses proxies */
  readonly fetch?: typeof fetch;
}

/**
 * A source that asks the owner's application server, whose response has the shape of the OSS mobile SDKs' samples:
 * `{"StatusCode": 200, "AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * Only temporary credentials are taken: a server that hands out a lasting key is refused. Redirects are not followed, so a
 * session that has ended shows as an error and not as a login page.
 *
 * @throws TypeError for a URL that is neither https nor of this machine. The fetch throws a `CredentialError`.
 */
export function applicationServer(options: ApplicationServerOptions): CredentialSource {
  const { url, method = 'GET', timeoutMs = 10_000 } = options;
  return jsonKeySource('application-server', {
    ...options,
    url: keyServerUrl('the application server', url),
    method,
    timeoutMs,
    accept: 'temporary',
    check: assertGranted,
  });
}

/** Options of `credentialsUri`. */
export interface CredentialsUriOptions {
  /** https, or http to this machine. */
  readonly uri: string;
  /** Sent with each call, such as an authorization. @default none */
  readonly headers?: Readonly<Record<string, string>>;
  /** Limit of one call, in milliseconds. @default 5000 */
  readonly timeoutMs?: number;
  /** @default the platform's; to this machine a client that bypasses proxies */
  readonly fetch?: typeof fetch;
}

/**
 * A source that gets a URI, such as that of `ALIBABA_CLOUD_CREDENTIALS_URI`, whose response is
 * `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`. Redirects are not followed.
 *
 * A token without `Expiration` is reused for ten minutes at most.
 *
 * @throws TypeError for a URI that is neither https nor of this machine. The fetch throws a `CredentialError`.
 */
export function credentialsUri(options: CredentialsUriOptions): CredentialSource {
  const { uri, timeoutMs = 5_000 } = options;
  return jsonKeySource('credentials-uri', {
    ...options,
    url: keyServerUrl('the credentials URI', uri),
    method: 'GET',
    timeoutMs,
    accept: 'any',
    check: assertSuccess,
  });
}

interface JsonKeySourceOptions extends Required<Pick<ReadKeyOptions, 'accept'>> {
  readonly url: ReturnType<typeof keyServerUrl>;
  readonly method: 'GET' | 'POST';
  readonly headers?: RequestHeaders;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
  /** Throws for a body that reports a failure. */
  readonly check: (body: unknown, subject: string) => void;
}

/** A source that reads a key as JSON from a URL. */
function jsonKeySource(name: string, options: JsonKeySourceOptions): CredentialSource {
  const { url, method, headers, timeoutMs, accept, check } = options;
  const send = senderFor(url, options.fetch);
  const subject = `${name}: the response`;
  return {
    name,
    async fetch({ signal }) {
      const own = typeof headers === 'function' ? await headers() : headers;
      const sent = { accept: 'application/json', ...own };
      const { body: json, date } = await callKeyServer({
        name,
        send,
        signal,
        url: url.href,
        method,
        headers: sent,
        timeoutMs,
      });
      const body = parseJson(json, subject);
      check(body, subject);
      return readKey(body, { subject, accept, ...defined({ date }) });
    },
  };
}

// The samples report failures with HTTP 200 and {"StatusCode": 500, "ErrorCode", "ErrorMessage"}; the numbers may be strings.
function assertGranted(body: unknown): void {
  const statusCode = field(body, 'StatusCode');
  if (statusCode === undefined || Number(statusCode) === 200) return;
  const status = Number(statusCode);
  const errorCode = field(body, 'ErrorCode');
  const serviceCode = typeof errorCode === 'string' && /^[\w.]{1,64}$/.test(errorCode) ? errorCode : undefined;
  throw new CredentialError(`application-server: refused${serviceCode === undefined ? '' : ` with ${serviceCode}`}`, {
    code: status >= 500 ? 'UNAVAILABLE' : 'DENIED',
    retryable: status >= 500,
    ...(Number.isInteger(status) ? { status } : {}),
    ...defined({ serviceCode }),
  });
}
