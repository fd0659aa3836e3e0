import type { CredentialSource, FetchContext, FetchedCredentials } from '@ossgrant/signer-core';
import { callIssuer } from './http/call-issuer.ts';
import { issuerUrl } from './http/issuer-url.ts';
import { senderFor } from './http/sender-for.ts';
import { field, malformed, parseBody, readKey } from './key-answer.ts';

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
