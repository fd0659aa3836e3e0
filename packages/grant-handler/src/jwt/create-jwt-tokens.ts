import { type Clock, systemClock } from '@ossgrant/credentials-core';
import { decodeJwt, decodeProtectedHeader, errors, jwtVerify } from 'jose';
import type { Subject } from '../grant-handler.ts';
import { Problem } from '../problem.ts';
import { createKeySet, jwksUrl, KeysUnavailableError } from './key-set.ts';

/** Signatures that a public key verifies. Shared secrets and `none` cannot be chosen. */
export type JwtAlgorithm = (typeof ALGORITHMS)[number];

const ALGORITHMS = [
  ...(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'] as const),
  ...(['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const),
] as const;

/** The claims of a verified token: `sub`, `iss`, `aud`, `exp` and whatever the issuer adds. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/**
 * Why a token was refused, for metrics and logs. Callers only learn that it was.
 *
 * - `malformed`: it is not a signed token with a header and claims. The client sends something else.
 * - `too-large`: it has more than 8192 characters. Let the issuer put fewer claims into it.
 * - `issuer`: another issuer made it. Compare its `iss` with the option, character by character.
 * - `algorithm`: it is signed by an algorithm that is not in `algorithms`. Let the issuer sign by one of them.
 * - `type`: its header's `typ` is of another use, such as a logout token. Send an access token.
 * - `key`: the issuer publishes no such key. After a rotation it may take 30 s until the new key is seen.
 * - `signature`: the signature does not fit. It was changed, or somebody else signed it.
 * - `audience`: it is meant for another service. Compare its `aud` with the option.
 * - `expired`: it is past its `exp`, or older than a day. Sign in again.
 * - `not-yet`: its `nbf` or `iat` lies ahead. Compare the clocks.
 * - `claims`: a claim that must be there is missing or has the wrong form, or `subjectOf` found no subject.
 */
export type JwtRefusal =
  | 'malformed'
  | 'too-large'
  | 'issuer'
  | 'algorithm'
  | 'type'
  | 'key'
  | 'signature'
  | 'audience'
  | 'expired'
  | 'not-yet'
  | 'claims';

/** Options of `createJwtTokens`. */
export interface JwtOptions {
  /** `iss` of the tokens, compared character by character. */
  readonly issuer: string;
  /** The service's name at the issuer. A token's `aud` must contain it, or one of several. */
  readonly audience: string | readonly string[];
  /** Where the issuer publishes its keys (`jwks_uri` of its configuration). https, or http on loopback; redirects are refused. */
  readonly jwksUrl: string;
  /** Whose token it is; `undefined` refuses it. `subjectFromClaims` makes one. */
  readonly subjectOf: (claims: JwtClaims) => Subject | undefined | Promise<Subject | undefined>;
  /** @default RS256, PS256, ES256, EdDSA and Ed25519 */
  readonly algorithms?: readonly JwtAlgorithm[];
  /** Called for each refused token. It must not throw. @default nothing is reported */
  readonly onRefused?: (reason: JwtRefusal) => void;
  /** Fetches the keys. @default the platform's */
  readonly fetch?: typeof fetch;
  /** @default the platform's clocks */
  readonly clock?: Clock;
}

const DEFAULT_ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] as const satisfies readonly JwtAlgorithm[];
const MAX_CHARACTERS = 8192;
const TOLERANCE_SECONDS = 30;
const MAX_AGE_SECONDS = 86_400;
// RFC 8725, 3.11: a token of another use, such as a logout token, has the same issuer, audience and subject.
const TYPES = new Set<string | undefined>([undefined, 'jwt', 'at+jwt', 'application/at+jwt', 'application/jwt']);
const TOKEN = /^Bearer +([\w-]+\.[\w-]+\.[\w-]*)$/i;

/**
 * Makes an `authenticate` of tokens (JWT) that a sign-in such as Keycloak, Auth0 or IDaaS issues and signs. Only the
 * configured address gives keys: what a token itself names as its key (`jwk`, `jku`, `x5u`, `x5c`) is ignored. Clocks may
 * differ by 30 s. Tokens need `exp` and `iat`, and are refused a day after `iat`.
 *
 * @example
 * const keys = createApiKeys({ store });
 * const tokens = createJwtTokens({ issuer, audience, jwksUrl, subjectOf: subjectFromClaims({ roles }) });
 * const authenticate = async (request: Request) => (await keys.authenticate(request)) ?? tokens.authenticate(request);
 *
 * @throws TypeError for options that cannot be used
 */
export function createJwtTokens(options: JwtOptions): {
  /** Reads `Authorization: Bearer ...`. @throws an error that a handler answers with 503 while the issuer's keys cannot be had */
  readonly authenticate: (request: Request) => Promise<Subject | undefined>;
} {
  const { issuer, subjectOf, onRefused, clock = systemClock } = options;
  const audience = typeof options.audience === 'string' ? [options.audience] : [...options.audience];
  const algorithms = [...(options.algorithms ?? DEFAULT_ALGORITHMS)];
  if (issuer === '') throw new TypeError('issuer must not be empty');
  if (audience.length === 0 || audience.includes('')) throw new TypeError('audience must name this service');
  const unknown = algorithms.find((algorithm) => !ALGORITHMS.includes(algorithm));
  if (unknown !== undefined || algorithms.length === 0) {
    throw new TypeError(`algorithms must be some of ${ALGORITHMS.join(', ')}`);
  }
  const keyOf = createKeySet({ url: jwksUrl(options.jwksUrl), fetch: options.fetch ?? fetch, clock });

  async function subjectOfToken(token: string): Promise<Subject | JwtRefusal> {
    if (token.length > MAX_CHARACTERS) return 'too-large';
    // Before a key is fetched: somebody else's token must cost nothing.
    const read = unverified(token);
    if (read === undefined) return 'malformed';
    if (read.issuer !== issuer) return 'issuer';
    if (!TYPES.has(read.type)) return 'type';
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        algorithms,
        issuer,
        audience,
        requiredClaims: ['exp', 'iat'],
        maxTokenAge: MAX_AGE_SECONDS,
        clockTolerance: TOLERANCE_SECONDS,
        currentDate: new Date(clock.now()),
      });
      return (await subjectOf(payload)) ?? 'claims';
    } catch (error) {
      if (error instanceof errors.JOSEError) return reasonOf(error);
      if (error instanceof KeysUnavailableError) throw unavailable(error);
      throw error;
    }
  }

  return {
    async authenticate(request) {
      const [, token] = TOKEN.exec(request.headers.get('authorization') ?? '') ?? [];
      if (token === undefined) return undefined;
      const found = await subjectOfToken(token);
      if (typeof found !== 'string') return found;
      onRefused?.(found);
      return undefined;
    },
  };
}

/** What a token says about itself, which proves nothing. @returns undefined for anything else than a token */
function unverified(token: string): { readonly issuer: unknown; readonly type: string | undefined } | undefined {
  try {
    const { typ } = decodeProtectedHeader(token);
    return { issuer: decodeJwt(token).iss, type: typ?.toLowerCase() };
  } catch {
    return undefined;
  }
}

function unavailable(error: KeysUnavailableError): Problem {
  const problem = new Problem('identity-unavailable', `${error.message}: try again in ${error.retryAfterSeconds} s`, {
    'retry-after': String(error.retryAfterSeconds),
  });
  problem.cause = error.cause ?? error;
  return problem;
}

function reasonOf(error: InstanceType<typeof errors.JOSEError>): JwtRefusal {
  if (error instanceof errors.JWTExpired) return 'expired';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'algorithm';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'signature';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'key';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return 'audience';
    const isTime = error.claim === 'nbf' || error.claim === 'iat';
    return isTime && error.reason === 'check_failed' ? 'not-yet' : 'claims';
  }
  return 'malformed';
}
