import type { ApiKeys, GrantHandlerOptions } from '@ossgrant/grant-handler';
import { ConfigurationError } from './configuration.ts';
import type { JwtConfiguration } from './jwt-configuration.ts';
import type { Metrics } from './metrics.ts';

/**
 * Who sends a request: by an API key, and by a token where they are configured.
 *
 * @throws ConfigurationError
 */
export async function identify(
  keys: ApiKeys,
  jwt: JwtConfiguration | undefined,
  metrics: Metrics,
): Promise<GrantHandlerOptions['authenticate']> {
  if (jwt === undefined) return keys.authenticate;
  const { createJwtTokens, subjectFromClaims } = await import('@ossgrant/grant-handler/jwt');
  const subjectOf = subjectFromClaims(jwt);
  try {
    const tokens = createJwtTokens({ ...jwt, subjectOf, onRefused: (reason) => metrics.tokenRefused(reason) });
    return async (request) => (await keys.authenticate(request)) ?? tokens.authenticate(request);
  } catch (error) {
    // What the schemas of the environment leave to it.
    throw new ConfigurationError(`the GRANT_JWT_ variables cannot be used: ${(error as Error).message}`);
  }
}
