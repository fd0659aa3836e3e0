import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** Key and token are of two sessions. */
export function tokenOfAnotherKey({ claim, error, input }: Facts): Cause | undefined {
  const { credentials } = input;
  const told = error.code === 'AccessKeyIdAndSecurityTokenNotMatch';
  const differs =
    Boolean(claim.token) &&
    credentials?.accessKeyId === claim.accessKeyId &&
    credentials?.securityToken !== undefined &&
    credentials.securityToken !== claim.token;
  if (!told && !differs) return undefined;
  return {
    code: 'TOKEN_OF_ANOTHER_KEY',
    certainty: 'certain',
    message: 'the security token belongs to another key than the one that signed',
    fix: 'replace key id, secret and token together when credentials are refreshed',
  };
}
