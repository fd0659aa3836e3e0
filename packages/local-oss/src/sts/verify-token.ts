import type { JWTPayload } from 'jose';
import { CLIENT_ID, TOKEN_ALGORITHM, type Issuer } from '../accounts/issuer.ts';
import type { Refusal } from '../http/refusal.ts';
import { stsRefusal } from './sts-call.ts';

/** Claims of a verified token. */
export interface TokenClaims {
  readonly subject: string;
  readonly audience: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

const MAX_LENGTH = 20_000;

/**
 * Verifies a token of the test issuer: form, algorithm, signature, issuer, audience and times.
 *
 * @throws Refusal 401 with STS's codes
 */
export async function verifyToken(token: string, issuer: Issuer, now: Date): Promise<TokenClaims> {
  if (token === '') throw refused('Invalid', 'The OIDCToken can not empty.');
  if (token.length > MAX_LENGTH || token.split('.').length !== 3) {
    throw refused('Invalid', "The number of Jwt field should be divided into 3 parts with '.' .");
  }
  const { sub, aud, iat, exp } = await payloadOf(token, issuer, now);
  const audiences = typeof aud === 'string' ? [aud] : (aud ?? []);
  if (!audiences.includes(CLIENT_ID)) throw refused('AudienceNotMatch', 'Invalid audience.');
  if (sub === undefined || iat === undefined || exp === undefined) throw unrecognized();
  return { subject: sub, audience: CLIENT_ID, issuedAt: new Date(iat * 1000), expiresAt: new Date(exp * 1000) };
}

async function payloadOf(token: string, issuer: Issuer, currentDate: Date): Promise<JWTPayload> {
  const { jwtVerify } = await import('jose');
  try {
    const options = { algorithms: [TOKEN_ALGORITHM], issuer: issuer.url(), currentDate };
    return (await jwtVerify(token, await issuer.publicKeys(), options)).payload;
  } catch (error) {
    throw toRefusal((error as { readonly code?: unknown }).code);
  }
}

function toRefusal(code: unknown): Refusal {
  switch (code) {
    case 'ERR_JWT_EXPIRED':
      return refused('Expired', 'This JsonWebToken is expired.');
    case 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED':
    case 'ERR_JWKS_NO_MATCHING_KEY':
      return refused('InvalidSignature', 'OIDC token validate failed: invalid signature.');
    case 'ERR_JOSE_ALG_NOT_ALLOWED':
      return refused('Invalid', 'The algorithm that be specified in Jwt header is unknown.');
    default:
      return unrecognized();
  }
}

function unrecognized(): Refusal {
  return refused('Invalid', 'The Jwt content is invalid that cannot be recognized.');
}

function refused(code: 'Invalid' | 'InvalidSignature' | 'Expired' | 'AudienceNotMatch', message: string): Refusal {
  return stsRefusal(401, `AuthenticationFail.OIDCToken.${code}`, message);
}
