import {
  type CredentialSource,
  type FetchContext,
  type FetchedCredentials,
  CredentialError,
} from '@ossgrant/credentials-core';
import { callIssuer, issuerUrl, senderFor } from './http/call-issuer.ts';
import { field, parseBody, readKey, malformed } from './key-answer.ts';

/** Headers of a call, or how to get them at that moment. */
export type RequestHeaders =
  | Readonly<Record<string, string>>
  | (() => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>);

/** Options of `applicationServer`. */
export interface ApplicationServerOptions {
  /** https, or http to this machine. In a page it may be relative to the page. */
  readonly url: string;
  /** @default 'GET' */
  readonly method?: 'GET' | 'POST';
  /** What shows the server who asks. A function is called before each call. @default none; a page's own cookies go along */
  readonly headers?: RequestHeaders;
  /** Limit of one call, in milliseconds. @default 10000 */
  readonly timeoutMs?: number;
  /** @default the platform's; on Node, to this machine, a client that no proxy is asked for */
  readonly fetch?: typeof fetch;
}

/**
 * A source that asks the owner's application server, which answers as in the samples of the OSS mobile SDKs:
 * `{"StatusCode": 200, "AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`.
 *
 * Only temporary credentials are taken: a server that hands out a lasting key is refused. Redirects are not followed, so a
 * session that has ended shows as an error and not as a login page.
 *
 * @throws TypeError for a URL that is neither https nor of this machine. The fetch throws a `CredentialError`.
 */
export function applicationServer(options: ApplicationServerOptions): CredentialSource {
  const name = 'application-server';
  const url = issuerUrl('the application server', options.url);
  const send = senderFor(url, options.fetch);
  return {
    name,
    async fetch({ signal }: FetchContext): Promise<FetchedCredentials> {
      const headers = typeof options.headers === 'function' ? await options.headers() : options.headers;
      const answer = await callIssuer({
        name,
        send,
        signal,
        url: url.href,
        method: options.method ?? 'GET',
        headers: { accept: 'application/json', ...headers },
        timeoutMs: options.timeoutMs ?? 10_000,
      });
      const body = parseBody(answer.body, name);
      assertGranted(name, body);
      return readKey(body, {
        name,
        accept: 'temporary',
        ...(answer.date === undefined ? {} : { date: answer.date }),
      });
    },
  };
}

// The samples answer failures with HTTP 200 and {"StatusCode": 500, "ErrorCode", "ErrorMessage"}; the numbers are also sent as text.
function assertGranted(name: string, body: unknown): void {
  const statusCode = field(body, 'StatusCode');
  if (statusCode === undefined || Number(statusCode) === 200) return;
  const status = Number(statusCode);
  const errorCode = field(body, 'ErrorCode');
  const serviceCode = typeof errorCode === 'string' && /^[\w.]{1,64}$/.test(errorCode) ? errorCode : undefined;
  throw new CredentialError(`${name}: refused${serviceCode === undefined ? '' : ` with ${serviceCode}`}`, {
    code: status >= 500 ? 'UNAVAILABLE' : 'DENIED',
    retryable: status >= 500,
    ...(Number.isInteger(status) ? { status } : {}),
    ...(serviceCode === undefined ? {} : { serviceCode }),
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
  /** @default the platform's; to this machine a client that no proxy is asked for */
  readonly fetch?: typeof fetch;
}

/**
 * A source that asks a URI, such as `ALIBABA_CLOUD_CREDENTIALS_URI` names, by GET, for
 * `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`. Redirects are not followed.
 *
 * A token without `Expiration` is reused for ten minutes at most.
 *
 * @throws TypeError for a URI that is neither https nor of this machine. The fetch throws a `CredentialError`.
 */
export function credentialsUri(options: CredentialsUriOptions): CredentialSource {
  const name = 'credentials-uri';
  const url = issuerUrl('the credentials URI', options.uri);
  const send = senderFor(url, options.fetch);
  return {
    name,
    async fetch({ signal }: FetchContext): Promise<FetchedCredentials> {
      const answer = await callIssuer({
        name,
        send,
        signal,
        url: url.href,
        method: 'GET',
        headers: { accept: 'application/json', ...options.headers },
        timeoutMs: options.timeoutMs ?? 5_000,
      });
      const body = parseBody(answer.body, name);
      const code = field(body, 'Code');
      if (code !== undefined && code !== 'Success') throw malformed(name, 'has a Code other than "Success"');
      return readKey(body, { name, ...(answer.date === undefined ? {} : { date: answer.date }) });
    },
  };
}
