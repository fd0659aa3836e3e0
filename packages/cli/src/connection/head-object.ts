import type { CredentialProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { resolveEndpoint, signHeadersV4, type EndpointOptions } from '@ossgrant/signer-core';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { ossRefusal } from './oss-refusal.ts';
import { isOfNetwork, tryAgain, type TryAgainOptions } from './try-again.ts';

/** Which object to ask about, and how. */
export interface HeadObjectOptions extends TryAgainOptions {
  readonly endpoint: EndpointOptions;
  readonly provider: CredentialProvider;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly fetch: typeof fetch;
}

/** What OSS says of an object. */
export interface HeadFacts {
  /** In bytes. */
  readonly size: number;
  /** CRC-64 in decimal digits; absent for objects from before OSS kept it. */
  readonly crc64?: string;
}

/**
 * Asks OSS for the size and CRC-64 of an object, and again after failures that pass.
 *
 * @throws CliError when OSS refuses or cannot be reached, CredentialError without credentials
 */
export async function headObject(options: HeadObjectOptions): Promise<HeadFacts> {
  const { bucket, key, versionId, signal, wait } = options;
  const endpoint = resolveEndpoint(options.endpoint);
  const send = async (): Promise<Response> => {
    const { origin, path, headers } = signHeadersV4(
      {
        method: 'HEAD',
        endpoint,
        bucket,
        key,
        query: defined({ versionId }),
        headers: { 'accept-encoding': 'identity' },
      },
      await options.provider.getCredentials({ signal }),
      { date: new Date() },
    );
    host = new URL(origin).host;
    return options.fetch(origin + path, { method: 'HEAD', headers, redirect: 'manual', signal });
  };
  const what = 'cannot read its size';
  let host = '';
  let response: Response;
  try {
    response = await tryAgain(send, { signal, wait });
  } catch (cause) {
    if (!isOfNetwork(cause)) throw cause;
    throw new CliError(EXIT.failure, `${what}: cannot connect to ${host}`, {
      fix: 'check the endpoint, the network and HTTPS_PROXY',
      cause,
    });
  }
  if (response.status !== 200) throw await ossRefusal(what, response);
  const length = response.headers.get('content-length') ?? '';
  const sum = response.headers.get('x-oss-hash-crc64ecma') ?? '';
  if (!/^\d{1,15}$/.test(length)) throw new CliError(EXIT.failure, `${what}: the response does not say it`);
  return { size: Number(length), ...defined({ crc64: /^\d{1,20}$/.test(sum) ? sum : undefined }) };
}
