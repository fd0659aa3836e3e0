import type { CredentialProvider } from '@ossgrant/credentials-core';
import { defined } from '@ossgrant/credentials-core/internal';
import { resolveEndpoint, signHeadersV4, type EndpointOptions } from '@ossgrant/signer-core';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { ossRefusal } from './oss-refusal.ts';

/** Which object to ask about, and how. */
export interface HeadObjectOptions {
  readonly endpoint: EndpointOptions;
  readonly provider: CredentialProvider;
  readonly bucket: string;
  readonly key: string;
  readonly versionId?: string | undefined;
  readonly fetch: typeof fetch;
  readonly signal: AbortSignal;
}

/** What OSS says of an object. */
export interface HeadFacts {
  /** In bytes. */
  readonly size: number;
  /** CRC-64 in decimal digits; absent for objects from before OSS kept it. */
  readonly crc64?: string;
}

/**
 * Asks OSS for the size and CRC-64 of an object.
 *
 * @throws CliError when OSS refuses or cannot be reached, CredentialError without credentials
 */
export async function headObject(options: HeadObjectOptions): Promise<HeadFacts> {
  const { bucket, key, versionId, signal } = options;
  const signed = signHeadersV4(
    {
      method: 'HEAD',
      endpoint: resolveEndpoint(options.endpoint),
      bucket,
      key,
      query: defined({ versionId }),
      headers: { 'accept-encoding': 'identity' },
    },
    await options.provider.getCredentials({ signal }),
    { date: new Date() },
  );
  const what = 'cannot read its size';
  const url = signed.origin + signed.path;
  let response: Response;
  try {
    response = await options.fetch(url, { method: 'HEAD', headers: signed.headers, redirect: 'error', signal });
  } catch (cause) {
    signal.throwIfAborted();
    throw new CliError(EXIT.failure, `${what}: cannot connect to ${new URL(url).host}`, {
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
