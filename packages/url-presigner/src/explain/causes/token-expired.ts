import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The credentials ended before the link. */
export function tokenExpired({ claim, error, input, now }: Facts): Cause | undefined {
  const { credentials } = input;
  const end = credentials?.accessKeyId === claim.accessKeyId ? credentials?.expiration : undefined;
  if (error.code !== 'SecurityTokenExpired' && (end === undefined || end > now)) return undefined;
  return {
    code: 'TOKEN_EXPIRED',
    certainty: 'certain',
    message: `the security token has expired${end === undefined ? '' : ` at ${end.toISOString()}`}, and the link ended with it`,
    fix: 'sign again with fresh credentials, and let no link outlive its token',
  };
}
