import { defined } from '@ossgrant/credentials-core/internal';
import type { StsEndpointOptions } from '@ossgrant/credentials-sts';
import type { EndpointOptions } from '@ossgrant/signer-core';
import { usageError } from '../failure/cli-error.ts';
import type { OptionTable, ProcessContext, OptionValues } from '../verb.ts';

/** Options of verbs that sign or call OSS: where it is, and whose key to use. */
export const CONNECTION_OPTIONS = {
  region: { type: 'text', value: 'REGION', help: 'region, such as cn-hangzhou (default: OSS_REGION)' },
  endpoint: {
    type: 'text',
    value: 'HOST',
    help: 'endpoint, such as oss-cn-hangzhou.aliyuncs.com (default: OSS_ENDPOINT, or by region)',
  },
  network: {
    type: 'text',
    choices: ['public', 'internal', 'accelerate', 'accelerate-overseas', 'dual-stack'],
    help: "which of the region's endpoints to use, instead of --endpoint (default: public)",
  },
  addressing: {
    type: 'text',
    choices: ['virtual-host', 'path', 'cname'],
    help: 'where the bucket stands: before the host, in the path (PrivateLink), or behind a custom domain',
  },
  profile: {
    type: 'text',
    value: 'NAME',
    help: 'use this profile of the Alibaba Cloud CLI or SDKs, not the environment',
  },
} as const satisfies OptionTable;

/** The values of `CONNECTION_OPTIONS`. */
export type ConnectionOptions = OptionValues<typeof CONNECTION_OPTIONS>;

/**
 * The OSS endpoint: from the options, otherwise from OSS_REGION and OSS_ENDPOINT.
 *
 * @throws CliError when neither gives a region or endpoint
 */
export function endpointOptions(
  options: Pick<ConnectionOptions, 'region' | 'endpoint' | 'network' | 'addressing'>,
  env: ProcessContext['env'],
): EndpointOptions {
  const { network, addressing } = options;
  if (options.endpoint !== undefined && network !== undefined) {
    throw usageError('--endpoint and --network exclude each other');
  }
  const region = options.region ?? fromEnv(env, 'OSS_REGION');
  // An endpoint of the environment belongs to the region of the environment.
  const isOfEnv = options.region === undefined && network === undefined;
  const endpoint = options.endpoint ?? (isOfEnv ? fromEnv(env, 'OSS_ENDPOINT') : undefined);
  if (region === undefined && endpoint === undefined) {
    throw usageError('the region is missing', 'give --region (such as cn-hangzhou) or --endpoint, or set OSS_REGION');
  }
  return defined({ region, endpoint, network, addressing });
}

function fromEnv(env: ProcessContext['env'], name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}

/** Options of verbs that call STS. */
export const STS_OPTIONS = {
  'sts-region': {
    type: 'text',
    value: 'REGION',
    help: 'region of STS (default: ALIBABA_CLOUD_STS_REGION, or the global endpoint)',
  },
  'sts-endpoint': { type: 'text', value: 'HOST', help: 'host of STS (default: ALIBABA_CLOUD_STS_ENDPOINT)' },
} as const satisfies OptionTable;

/** The STS endpoint: from the options, otherwise from the variables that the official tools read. */
export function stsOptions(options: OptionValues<typeof STS_OPTIONS>, env: ProcessContext['env']): StsEndpointOptions {
  const variable = (name: string): string | undefined => env[name]?.trim() || undefined;
  const inOptions = options['sts-endpoint'] ?? options['sts-region'];
  const endpoint = inOptions === undefined ? variable('ALIBABA_CLOUD_STS_ENDPOINT') : options['sts-endpoint'];
  if (endpoint !== undefined) return { endpoint };
  const region = options['sts-region'] ?? variable('ALIBABA_CLOUD_STS_REGION');
  if (region === undefined) return {};
  const vpc = variable('ALIBABA_CLOUD_VPC_ENDPOINT_ENABLED')?.toLowerCase() === 'true';
  return vpc ? { region, network: 'vpc' } : { region };
}
