import type { EndpointOptions } from '@ossgrant/signer-core';
import { usageError } from '../cli-error.ts';
import type { Surroundings } from '../context.ts';
import type { ConnectionOptions } from './options.ts';

/**
 * Where OSS is: by option, or else by OSS_REGION and OSS_ENDPOINT.
 *
 * @throws CliError when neither says anything
 */
export function endpointOptions(
  options: Pick<ConnectionOptions, 'region' | 'endpoint'>,
  env: Surroundings['env'],
): EndpointOptions {
  const region = options.region ?? variable(env, 'OSS_REGION');
  // An endpoint of the environment belongs to the region of the environment.
  const endpoint = options.endpoint ?? (options.region === undefined ? variable(env, 'OSS_ENDPOINT') : undefined);
  if (region === undefined && endpoint === undefined) {
    throw usageError(
      'neither region nor endpoint is known',
      'give --region cn-hangzhou (or your region), or set OSS_REGION',
    );
  }
  return { ...(region === undefined ? {} : { region }), ...(endpoint === undefined ? {} : { endpoint }) };
}

function variable(env: Surroundings['env'], name: string): string | undefined {
  const value = env[name]?.trim();
  return value === '' ? undefined : value;
}
