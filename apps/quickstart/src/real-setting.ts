import { toProvider } from '@ossgrant/credentials-core';
import { fromEnvironment, type Environment } from '@ossgrant/credentials-static';
import { resolveEndpoint, signHeadersV4 } from '@ossgrant/signer-core';
import { megabytes, type Report } from './report.ts';
import type { Settings } from './settings.ts';

const NEEDED = ['OSS_REGION', 'OSS_BUCKET', 'OSS_KEY'] as const;

/** Whether the environment names an object of the real service. Many shells set a region, so that alone does not count. */
export function namesRealObject(env: Environment): boolean {
  return Boolean(env['OSS_BUCKET']) || Boolean(env['OSS_KEY']);
}

/**
 * Reads the settings of the real service from the environment and looks up the object. Writes nothing.
 *
 * @throws Error when a variable is missing or the object cannot be read by its owner
 */
export async function prepareReal(env: Environment, report: Report): Promise<Settings> {
  const missing = NEEDED.filter((name) => !env[name]);
  if (missing.length > 0) throw new Error(`to use the real service, also set ${missing.join(', ')}`);
  const [region = '', bucket = '', key = ''] = NEEDED.map((name) => env[name]);
  const owner = toProvider(fromEnvironment({ env }));
  const where = { region, ...(env['OSS_ENDPOINT'] ? { endpoint: env['OSS_ENDPOINT'] } : {}) };
  const endpoint = resolveEndpoint(where);
  const signed = signHeadersV4({ method: 'HEAD', endpoint, bucket, key }, await owner.getCredentials(), {
    date: new Date(),
  });
  const response = await fetch(signed.origin + signed.path, { method: 'HEAD', headers: signed.headers });
  if (!response.ok) {
    const ec = response.headers.get('x-oss-ec') ?? 'no EC';
    throw new Error(`the owner cannot read ${bucket}/${key}: HTTP ${response.status}, ${ec}`);
  }
  const size = Number(response.headers.get('content-length'));
  const crc = response.headers.get('x-oss-hash-crc64ecma');
  report.note(`object    ${bucket}/${key}, ${megabytes(size)}`);
  report.note(`server    ${new URL(endpoint.origin).host}, read only`);
  return {
    ...where,
    bucket,
    key,
    owner,
    ...(env['ALIBABA_CLOUD_ROLE_ARN'] ? { roleArn: env['ALIBABA_CLOUD_ROLE_ARN'] } : {}),
    ...(env['ALIBABA_CLOUD_STS_ENDPOINT'] ? { stsEndpoint: env['ALIBABA_CLOUD_STS_ENDPOINT'] } : {}),
    size,
    crc64: crc === null ? undefined : BigInt(crc),
    now: () => new Date(),
    realLinks: true,
  };
}
