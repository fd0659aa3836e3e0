import type { StsEndpointOptions } from '@ossgrant/credentials-sts';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { usageError } from '../failure/cli-error.ts';
import type { OptionTable, Surroundings, OptionValues } from '../verb.ts';

/** Options of verbs that sign or call: which OSS, and whose key. */
export const CONNECTION_OPTIONS = {
  region: { type: 'text', value: 'REGION', help: 'such as cn-hangzhou; default: OSS_REGION' },
  endpoint: { type: 'text', value: 'HOST', help: 'such as oss-cn-hangzhou.aliyuncs.com; default: OSS_ENDPOINT' },
  profile: {
    type: 'text',
    value: 'NAME',
    help: 'profile of the Alibaba Cloud CLI or SDKs, instead of the environment',
  },
} as const satisfies OptionTable;

/** What was given of them. */
export interface ConnectionOptions {
  readonly region: string | undefined;
  readonly endpoint: string | undefined;
  readonly profile: string | undefined;
}

/**
 * Where OSS is: by option, or else by OSS_REGION and OSS_ENDPOINT.
 *
 * @throws CliError when neither says anything
 */
export function endpointOptions(
  options: Pick<ConnectionOptions, 'region' | 'endpoint'>,
  env: Surroundings['env'],
): EndpointOptions {
  const region = options.region ?? fromEnv(env, 'OSS_REGION');
  // An endpoint of the environment belongs to the region of the environment.
  const endpoint = options.endpoint ?? (options.region === undefined ? fromEnv(env, 'OSS_ENDPOINT') : undefined);
  if (region === undefined && endpoint === undefined) {
    throw usageError(
      'neither region nor endpoint is known',
      'give --region cn-hangzhou (or your region), or set OSS_REGION',
    );
  }
  return { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
}

function fromEnv(env: Surroundings['env'], name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** Options of verbs that call STS. */
export const STS_OPTIONS = {
  'sts-region': {
    type: 'text',
    value: 'REGION',
    help: 'STS of a region; default: ALIBABA_CLOUD_STS_REGION, or the global one',
  },
  'sts-endpoint': { type: 'text', value: 'HOST', help: 'host of STS; default: ALIBABA_CLOUD_STS_ENDPOINT' },
} as const satisfies OptionTable;

/** Where STS is: by option, or else by the variables that the official tools read. */
export function stsOptions(options: OptionValues<typeof STS_OPTIONS>, env: Surroundings['env']): StsEndpointOptions {
  const variable = (name: string): string | undefined => env[name]?.trim() || undefined;
  const inOptions = options['sts-endpoint'] ?? options['sts-region'];
  const endpoint = inOptions === undefined ? variable('ALIBABA_CLOUD_STS_ENDPOINT') : options['sts-endpoint'];
  if (endpoint !== undefined) return { endpoint };
  const region = options['sts-region'] ?? variable('ALIBABA_CLOUD_STS_REGION');
  if (region === undefined) return {};
  const vpc = variable('ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED')?.toLowerCase() === 'true';
  return vpc ? { region, network: 'vpc' } : { region };
}
