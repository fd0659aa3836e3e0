import type { SigningError, SigningErrorCode } from '@ossgrant/signer-core';

/**
 * Why a request is refused. The names stay; the texts may change.
 *
 * - `invalid-request`: the request is malformed, and the detail names the field. Correct it.
 * - `invalid-use`: `x-ossgrant-use` must be 24 random bytes in base64url. Send 32 such characters, or leave it out.
 * - `unauthenticated`: no valid API key or token came with the request. Send one as `Authorization: Bearer ...`; sign in again
 *   if the token is old.
 * - `not-allowed`: the API key does not reach these objects, or this action. Ask for a wider key.
 * - `not-yet`: the share does not work yet. Wait for its start.
 * - `password-required`: the share has a password. Send it as `password` in the body of a POST.
 * - `password-wrong`: the password is not the share's. Check it with whoever gave it to you.
 * - `address-not-allowed`: the share is bound to other addresses. Ask its owner.
 * - `credentials-not-shared`: the share gives downloads, not temporary credentials. Ask its owner to allow them.
 * - `not-found`: nothing is at this address, or it is not yours. Check that it was copied whole.
 * - `method-not-allowed`: the address takes other methods. Use one that the header `allow` names.
 * - `choose-object`: the share holds several objects. Name one: its page lists them.
 * - `share-revoked`: a revoked share cannot be changed. Make a new one.
 * - `expired`: the share or handle has expired. Ask its owner to extend it.
 * - `used-up`: the share was used as often as its limit allows. Ask its owner for another.
 * - `paused`: the owner has paused the share. Try again later.
 * - `revoked`: the owner has revoked the share or handle. Ask for a new one.
 * - `revision-differs`: the share was changed since you read it. Read it again and repeat your change.
 * - `body-too-large`: the body, or one line of a batch, exceeds `bodyBytes`. Send less at once.
 * - `not-possible`: the server cannot do this as it is configured, or OSS could not; the detail says which. Change the request.
 * - `inline-markup`: a browser would show the object as a page, and run its scripts with the rights of its domain. Use disposition
 *   `attachment`.
 * - `life-too-long`: the API key allows a shorter life for these objects. Ask for at most what the detail names.
 * - `idempotency-key-reused`: the `Idempotency-Key` was used with another body. Choose a new one.
 * - `rate-limited`: too many requests. Wait for the seconds that `retry-after` names.
 * - `too-many-passwords`: too many wrong passwords from this address, or for this share. Wait for the seconds that `retry-after` names.
 * - `signing-failed`: the server could not get credentials, or list the objects. Try again; if it lasts, the server's log names the
 *   cause.
 * - `identity-unavailable`: the server could not fetch the keys that verify tokens. Try again after the seconds that `retry-after`
 *   names; if it lasts, the server's log names the cause.
 * - `internal`: the server failed. Try again; if it lasts, give its operator the request id.
 */
export type ProblemCode =
  | 'invalid-request'
  | 'invalid-use'
  | 'unauthenticated'
  | 'not-allowed'
  | 'not-yet'
  | 'password-required'
  | 'password-wrong'
  | 'address-not-allowed'
  | 'credentials-not-shared'
  | 'not-found'
  | 'method-not-allowed'
  | 'choose-object'
  | 'share-revoked'
  | 'expired'
  | 'used-up'
  | 'paused'
  | 'revoked'
  | 'revision-differs'
  | 'body-too-large'
  | 'not-possible'
  | 'inline-markup'
  | 'life-too-long'
  | 'idempotency-key-reused'
  | 'rate-limited'
  | 'too-many-passwords'
  | 'signing-failed'
  | 'identity-unavailable'
  | 'internal';

/** The HTTP status of each refusal. */
const STATUSES = {
  'invalid-request': 400,
  'invalid-use': 400,
  unauthenticated: 401,
  'not-allowed': 403,
  'not-yet': 403,
  'password-required': 403,
  'password-wrong': 403,
  'address-not-allowed': 403,
  'credentials-not-shared': 403,
  'not-found': 404,
  'method-not-allowed': 405,
  'choose-object': 409,
  'share-revoked': 409,
  expired: 410,
  'used-up': 410,
  paused: 410,
  revoked: 410,
  'revision-differs': 412,
  'body-too-large': 413,
  'not-possible': 422,
  'inline-markup': 422,
  'life-too-long': 422,
  'idempotency-key-reused': 422,
  'rate-limited': 429,
  'too-many-passwords': 429,
  'signing-failed': 502,
  'identity-unavailable': 503,
  internal: 500,
} as const satisfies Record<ProblemCode, number>;

/** Each of them. */
export const PROBLEM_CODES = Object.keys(STATUSES) as readonly ProblemCode[];

/** What a client is sent about its refusal: nothing in it is secret. */
export interface Refusal {
  readonly code: ProblemCode;
  readonly status: (typeof STATUSES)[ProblemCode];
  readonly message: string;
  /** What cannot be signed. */
  readonly reason?: SigningErrorCode | undefined;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A refusal to be thrown. */
export class Problem extends Error implements Refusal {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: (typeof STATUSES)[ProblemCode];
  readonly reason: SigningErrorCode | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    code: ProblemCode,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    reason?: SigningErrorCode,
  ) {
    super(message);
    this.code = code;
    this.status = STATUSES[code];
    this.headers = headers;
    this.reason = reason;
  }
}

/** What the signer refuses, with its code, so that a page can say it in its reader's language. */
export function unsignable(code: 'invalid-request' | 'not-possible', error: SigningError): Problem {
  return new Problem(code, error.message, {}, error.code);
}

/** The refusal as RFC 9457 has it. */
export function problemResponse({ code, status, message, reason, headers }: Refusal, requestId: string): Response {
  const title = code[0]?.toUpperCase() + code.slice(1).replaceAll('-', ' ');
  // Not `Response.json`: it makes a `Headers` of them, which costs as much as all the rest.
  return new Response(
    JSON.stringify({ type: 'about:blank', title, status, code, reason, detail: message, requestId }),
    {
      status,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        'x-request-id': requestId,
        ...headers,
      },
    },
  );
}

/** Every address that leads nowhere is refused alike. */
export const NOTHING_HERE = {
  code: 'not-found',
  status: 404,
  message: 'there is nothing at this address: check that it was copied whole',
} as const satisfies Refusal;

/** What the holder of a real token may learn about a share that gives nothing now. */
export const STANDINGS = {
  expired: 'the share has expired: ask its owner to extend it',
  'used-up': 'the share has been used as often as it may be: ask its owner for another',
  paused: 'the owner has paused the share: try again later',
  revoked: 'the owner has revoked the share',
  'not-yet': 'the share does not work yet: its page says from when it does',
} as const satisfies Partial<Record<ProblemCode, string>>;

/** The standing of a share that gives nothing now. */
export type Standing = keyof typeof STANDINGS;
