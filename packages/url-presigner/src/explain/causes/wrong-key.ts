import { isTokenMissing } from '../../inspect/link-warnings.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** A temporary key was used without its token. */
export function tokenMissing({ claim, input }: Facts): Cause | undefined {
  const { credentials } = input;
  const isWanted = credentials?.accessKeyId === claim.accessKeyId && credentials?.securityToken !== undefined;
  if (!isTokenMissing(claim) && !(isWanted && !claim.token)) return undefined;
  return {
    code: 'TOKEN_MISSING',
    certainty: 'proved',
    message: 'the key id is temporary, but the request has no security token',
    fix: 'sign with the key id, secret and security token of one STS response',
  };
}

/** Key and token are of two sessions. */
export function tokenOfAnotherKey({ claim, error, input }: Facts): Cause | undefined {
  const { credentials } = input;
  const isNamed = error.code === 'AccessKeyIdAndSecurityTokenNotMatch';
  const differs =
    error.code !== 'InvalidSecurityToken' &&
    Boolean(claim.token) &&
    credentials?.accessKeyId === claim.accessKeyId &&
    credentials?.securityToken !== undefined &&
    credentials.securityToken !== claim.token;
  if (!isNamed && !differs) return undefined;
  return {
    code: 'TOKEN_OF_ANOTHER_KEY',
    certainty: isNamed ? 'named' : 'proved',
    message: 'the security token does not belong to the key that signed',
    fix: 'when refreshing credentials, replace key id, secret and token together',
  };
}

/** The credentials ended before the link. */
export function tokenExpired({ claim, error, input, now, stage }: Facts): Cause | undefined {
  const { credentials } = input;
  const end = credentials?.accessKeyId === claim.accessKeyId ? credentials?.expiration : undefined;
  const isNamed = error.code === 'SecurityTokenExpired';
  const isPast = end instanceof Date && end <= now;
  // Of an expired key OSS forgets the id as well.
  const isForgotten = error.code === 'InvalidAccessKeyId' && isTemporary(claim.accessKeyId) && Boolean(claim.token);
  if (!isNamed && !isPast && !isForgotten) return undefined;
  const byFacts = isPast && (stage === undefined || stage === 'key') ? 'proved' : 'likely';
  return {
    code: 'TOKEN_EXPIRED',
    certainty: isNamed ? 'named' : byFacts,
    message: `the security token has expired${isPast ? ` at ${end.toISOString()}` : ''}, and the link ended with it`,
    fix: 'sign again with fresh credentials, and end links before their token ends',
  };
}

/** The server does not know the token. */
export function tokenInvalid({ error }: Facts): Cause | undefined {
  if (error.code !== 'InvalidSecurityToken') return undefined;
  return {
    code: 'TOKEN_INVALID',
    certainty: 'named',
    message: 'the security token is not one that STS issued, or it was changed on its way',
    fix: 'pass the token as STS gave it, whole and with each "+" as "%2B" in a URL; get a new one',
  };
}

/** The server does not know the key. */
export function keyUnknown({ claim, error }: Facts): Cause | undefined {
  if (error.code !== 'InvalidAccessKeyId' || isTemporary(claim.accessKeyId)) return undefined;
  return {
    code: 'KEY_UNKNOWN',
    certainty: 'named',
    message: 'the AccessKey ID does not exist or is disabled',
    fix: 'check the id for a typing error, and in RAM whether the key was deleted or disabled; sign with another',
  };
}

function isTemporary(accessKeyId: string | undefined): boolean {
  return accessKeyId?.startsWith('STS.') === true;
}

/** The given credentials are not those of the link. */
export function otherKey({ matches, input, claim }: Facts): Cause | undefined {
  if (matches !== false || claim.scheme === 'none' || claim.accessKeyId === undefined) return undefined;
  if (input.credentials?.accessKeyId === claim.accessKeyId) return undefined;
  return {
    code: 'OTHER_KEY',
    certainty: 'proved',
    message: 'the request was signed with another key id than that of the given credentials',
    fix: 'pass the credentials that signed it',
  };
}

/** Another secret signed the request, or it was changed in a way that leaves no trace. */
export function wrongSecret({ matches, input, claim, stage }: Facts): Cause | undefined {
  if (claim.scheme === 'none' || matches === true) return undefined;
  if (matches === undefined && stage !== 'signature') return undefined;
  if (matches === false && input.credentials?.accessKeyId !== claim.accessKeyId) return undefined;
  return {
    code: 'WRONG_SECRET',
    // Even when the server's string to sign is the same: both were made from the request as it arrived.
    certainty: matches === undefined ? 'possible' : 'likely',
    message: 'the signature was made with another secret, or the request was changed after it was signed',
    fix: 'check that key id and secret belong together and contain no stray space or line break; otherwise compare bucket, key and parameters with those that were signed',
  };
}
