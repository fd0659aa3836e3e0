import type { CredentialProvider } from '@ossgrant/credentials-core';
import { resolveEndpoint, signHeadersV4, type EndpointOptions } from '@ossgrant/signer-core';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { ossRefusal } from './oss-refusal.ts';
import { isOfNetwork, tryAgain, type TryAgainOptions } from './try-again.ts';

/** Whom to ask, and as whom. */
export interface AskOssOptions extends TryAgainOptions {
  readonly endpoint: EndpointOptions;
  readonly provider: CredentialProvider;
  readonly bucket: string;
  readonly fetch: typeof fetch;
}

/** What to ask. */
export interface Question {
  /** What fails when this does, as the start of a message. */
  readonly what: string;
  readonly method: 'GET' | 'HEAD';
  readonly key?: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

// A host that refuses, or has no address, is tried again only if it has responded before: else its name is more likely wrong.
const responded = new Set<string>();

/**
 * Asks OSS for something that is only read, and again after failures that pass; a response that breaks off while it is read is one.
 *
 * @param read makes the result of a response of status 200
 * @throws CliError when OSS refuses or cannot be reached, CredentialError without credentials
 */
export async function askOss<T>(
  { endpoint, provider, bucket, fetch, signal, wait }: AskOssOptions,
  { what, ...question }: Question,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const request = { ...question, endpoint: resolveEndpoint(endpoint), bucket };
  let host = '';
  let result: { readonly value: T } | undefined;
  const send = async (): Promise<Response> => {
    const credentials = await provider.getCredentials({ signal });
    const { origin, path, headers } = signHeadersV4(request, credentials, { date: new Date() });
    host = new URL(origin).host;
    const response = await fetch(origin + path, { method: question.method, headers, redirect: 'manual', signal });
    responded.add(host);
    if (response.status === 200) result = { value: await read(response) };
    return response;
  };
  try {
    const response = await tryAgain(send, { signal, wait, mayBeMisnamed: () => !responded.has(host) });
    if (result === undefined) throw await ossRefusal(what, response);
    return result.value;
  } catch (cause) {
    if (!isOfNetwork(cause)) throw cause;
    const reason = responded.has(host) ? `the connection to ${host} failed` : `cannot connect to ${host}`;
    throw new CliError(EXIT.failure, `${what}: ${reason}`, {
      fix: 'check the endpoint, the network and HTTPS_PROXY',
      cause,
    });
  }
}
