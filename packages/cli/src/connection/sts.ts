import type { StsEndpointOptions } from '@ossgrant/credentials-sts';
import type { Surroundings } from '../context.ts';
import type { OptionTable, OptionValues } from '../verb.ts';

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
