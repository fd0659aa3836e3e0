/** Stable names of refusals, and the status that each has. */
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
  'content-type': 415,
  'not-possible': 422,
  'life-too-long': 422,
  'idempotency-key-reused': 422,
  'rate-limited': 429,
  'too-many-passwords': 429,
  busy: 503,
  'signing-failed': 502,
  internal: 500,
} as const;

/** Why a request is refused. The names stay; the texts may change. */
export type ProblemCode = keyof typeof STATUSES;

/** A refusal to be sent to the client: nothing in it is secret. */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly status: (typeof STATUSES)[ProblemCode];
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.code = code;
    this.status = STATUSES[code];
    this.headers = headers;
  }
}

/** The refusal as RFC 9457 has it. */
export function problemResponse(problem: Problem, requestId: string): Response {
  const { code, status, message } = problem;
  const title = code[0]?.toUpperCase() + code.slice(1).replaceAll('-', ' ');
  return Response.json(
    { type: 'about:blank', title, status, code, detail: message, requestId },
    {
      status,
      headers: {
        'cache-control': 'no-store',
        'content-type': 'application/problem+json',
        'x-request-id': requestId,
        ...problem.headers,
      },
    },
  );
}

/** What the holder of a real token may be told about a share that gives nothing now. */
export const STANDINGS = {
  expired: 'the share has expired: ask its owner to extend it',
  'used-up': 'the share has been used as often as it may be: ask its owner for another',
  paused: 'the owner has paused the share: try again later',
  revoked: 'the owner has revoked the share',
  'not-yet': 'the share does not work yet: its page says from when it does',
} as const satisfies Partial<Record<ProblemCode, string>>;

/** The standing of a share that gives nothing now. */
export type Standing = keyof typeof STANDINGS;
