import { CredentialError, type CredentialSource } from '@ossgrant/credentials-core';
import { defined, optional, optionsCheck, takes } from '@ossgrant/credentials-core/internal';
import { findGrantedKey } from './granted-key.ts';
import { callKeyServer, keyServerUrl, senderFor, sendableHeaders } from './http/call-key-server.ts';
import { assertSuccess, parseJson, readKey, type ReadKeyOptions } from './key-response.ts';

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

const checkApplicationServer = optionsCheck<ApplicationServerOptions>(
  'applicationServer',
  {
    url: takes.filledText,
    method: optional(takes.oneOf('GET', 'POST')),
    headers: optional(takes.either(sendableHeaders, takes.function)),
    timeoutMs: optional(takes.milliseconds),
    fetch: optional(takes.function),
  },
  { uri: 'url', endpoint: 'url', timeout: 'timeoutMs' },
);

/**
 * A source that asks the owner's application server. Its response may have the shape of the OSS mobile SDKs' samples,
 * `{"StatusCode": 200, "AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`, be that of STS AssumeRole, or wrap the
 * key in `Credentials`, `data`, `result` or `body`, with names in any spelling.
 *
 * Only temporary credentials are taken: a server that hands out a lasting key is refused. Redirects are not followed, so a
 * session that has ended shows as an error and not as a login page.
 *
 * @throws TypeError for options that cannot be right, such as a URL that is neither https nor of this machine. The fetch throws a
 *   `CredentialError`.
 */
export function applicationServer(options: ApplicationServerOptions): CredentialSource {
  checkApplicationServer(options);
  const { url, method = 'GET', timeoutMs = 10_000 } = options;
  return jsonKeySource('application-server', {
    ...options,
    url: keyServerUrl('the application server', url),
    method,
    timeoutMs,
    accept: 'temporary',
    keyIn: findGrantedKey,
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

const checkCredentialsUri = optionsCheck<CredentialsUriOptions>(
  'credentialsUri',
  {
    uri: takes.filledText,
    headers: optional(sendableHeaders),
    timeoutMs: optional(takes.milliseconds),
    fetch: optional(takes.function),
  },
  { url: 'uri', endpoint: 'uri', timeout: 'timeoutMs' },
);

/**
 * A source that gets a URI, such as that of `ALIBABA_CLOUD_CREDENTIALS_URI`, whose response is
 * `{"AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration"}`. Redirects are not followed.
 *
 * A token without `Expiration` is reused for ten minutes at most.
 *
 * @throws TypeError for options that cannot be right, such as a URI that is neither https nor of this machine. The fetch throws a
 *   `CredentialError`.
 */
export function credentialsUri(options: CredentialsUriOptions): CredentialSource {
  checkCredentialsUri(options);
  const { uri, timeoutMs = 5_000 } = options;
  return jsonKeySource('credentials-uri', {
    ...options,
    url: keyServerUrl('the credentials URI', uri),
    method: 'GET',
    timeoutMs,
    accept: 'any',
    keyIn: (body, subject) => {
      assertSuccess(body, subject);
      return body;
    },
  });
}

interface JsonKeySourceOptions extends Required<Pick<ReadKeyOptions, 'accept'>> {
  readonly url: ReturnType<typeof keyServerUrl>;
  readonly method: 'GET' | 'POST';
  readonly headers?: RequestHeaders;
  readonly timeoutMs: number;
  readonly fetch?: typeof fetch;
  /** The part of the body that holds the key. Throws for a body that reports a failure. */
  readonly keyIn: (body: unknown, subject: string) => unknown;
}

/** A source that reads a key as JSON from a URL. */
function jsonKeySource(name: string, options: JsonKeySourceOptions): CredentialSource {
  const { url, method, headers, timeoutMs, accept, keyIn } = options;
  const send = senderFor(url, options.fetch);
  const subject = `${name}: the response`;
  return {
    name,
    async fetch({ signal }) {
      const own = typeof headers === 'function' ? await headers() : headers;
      if (own !== undefined && !sendableHeaders.accepts(own)) {
        const message = `${name}: headers() must return ${sendableHeaders.takes}`;
        throw new CredentialError(message, { code: 'INVALID_CONFIG', retryable: false });
      }
      const { body: json, date } = await callKeyServer({
        name,
        send,
        signal,
        url: url.href,
        method,
        headers: { accept: 'application/json', ...own },
        timeoutMs,
      });
      return readKey(keyIn(parseJson(json, subject), subject), { subject, accept, ...defined({ date }) });
    },
  };
}
