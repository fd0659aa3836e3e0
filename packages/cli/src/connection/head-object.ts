import { defined } from '@ossgrant/credentials-core/internal';
import { CliError, EXIT } from '../failure/cli-error.ts';
import { askOss, type AskOssOptions } from './ask-oss.ts';

/** Which object to ask about, and how. */
export interface HeadObjectOptions extends AskOssOptions {
  readonly key: string;
  readonly versionId?: string | undefined;
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
export async function headObject({ key, versionId, ...options }: HeadObjectOptions): Promise<HeadFacts> {
  const what = 'cannot read its size';
  const headers = { 'accept-encoding': 'identity' };
  return askOss(options, { what, method: 'HEAD', key, query: defined({ versionId }), headers }, async (response) => {
    const length = response.headers.get('content-length') ?? '';
    const sum = response.headers.get('x-oss-hash-crc64ecma') ?? '';
    if (!/^\d{1,15}$/.test(length)) throw new CliError(EXIT.failure, `${what}: the response does not say it`);
    return { size: Number(length), ...defined({ crc64: /^\d{1,20}$/.test(sum) ? sum : undefined }) };
  });
}
