import { brandErrors } from './basics/brand-errors.ts';
import { checkArgument, optional, optionsCheck, takes } from './basics/options.ts';

/**
 * The kind of a credential failure, which decides what to do about it.
 *
 * - `NOT_CONFIGURED`: this source has nothing to read. Configure it, or let a chain try the next.
 * - `INVALID_CONFIG`: the configuration or the response is malformed. Correct it; a retry does not help.
 * - `DENIED`: the issuer refused. Correct the permissions or the caller's key.
 * - `THROTTLED`: the issuer wants fewer requests. Retry later, after `retryAfterMs` where it is given.
 * - `UNAVAILABLE`: the issuer could not be reached, or failed. Retry; if it lasts, check the network and the issuer.
 * - `EXPIRED`: the credentials have expired, and there are no others. Replace a literal; for a source, retry after `retryAfterMs`.
 */
export type CredentialErrorCode =
  | 'NOT_CONFIGURED'
  | 'INVALID_CONFIG'
  | 'DENIED'
  | 'THROTTLED'
  | 'UNAVAILABLE'
  | 'EXPIRED';

/** Facts of a credential failure that are safe to log. */
export interface CredentialErrorOptions {
  /** What failed, and with that what can be done. */
  readonly code: CredentialErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The error underneath. Pass none that quotes a response or a secret: loggers print causes. */
  readonly cause?: unknown;
  /** Issuer's own error code, such as `EntityNotExist.Role`. */
  readonly serviceCode?: string;
  /** Id by which the issuer's support finds the call. */
  readonly requestId?: string;
  /** HTTP status of the response. */
  readonly status?: number;
  /** How long to wait before the next try, in milliseconds: the issuer's wish, or the rest of a cache's pause. */
  readonly retryAfterMs?: number;
}

const checkOptions = optionsCheck<CredentialErrorOptions>('CredentialError', {
  code: takes.oneOf('NOT_CONFIGURED', 'INVALID_CONFIG', 'DENIED', 'THROTTLED', 'UNAVAILABLE', 'EXPIRED'),
  retryable: takes.flag,
  cause: optional(takes.anything),
  serviceCode: optional(takes.text),
  requestId: optional(takes.text),
  status: optional(takes.number),
  retryAfterMs: optional(takes.number),
});

/**
 * Thrown by credential sources and providers. Carries no secret, token or response body.
 *
 * `instanceof` also holds for an error of another copy of this package, so that a provider that was installed with its own copy
 * takes part in a chain.
 */
export class CredentialError extends Error {
  static {
    brandErrors(this, '@ossgrant/CredentialError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'CredentialError';
  /** What failed, and with that what can be done. */
  readonly code: CredentialErrorCode;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  // Only declared: a real field would be present as undefined.
  /** Issuer's own error code, such as `EntityNotExist.Role`. Absent when the issuer sent none. */
  declare readonly serviceCode?: string;
  /** Id by which the issuer's support finds the call. Absent when there was no response. */
  declare readonly requestId?: string;
  /** HTTP status of the response. Absent when there was none. */
  declare readonly status?: number;
  /** How long to wait before the next try, in milliseconds. */
  declare readonly retryAfterMs?: number;

  constructor(message: string, options: CredentialErrorOptions) {
    checkArgument('CredentialError', 'message', message, takes.text);
    checkOptions(options);
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = options.code;
    this.retryable = options.retryable;
    if (options.serviceCode !== undefined) this.serviceCode = options.serviceCode;
    if (options.requestId !== undefined) this.requestId = options.requestId;
    if (options.status !== undefined) this.status = options.status;
    if (options.retryAfterMs !== undefined) this.retryAfterMs = options.retryAfterMs;
  }
}

/** Makes the most frequent failure: a value that a person must correct. */
export function invalidConfig(message: string): CredentialError {
  return new CredentialError(message, { code: 'INVALID_CONFIG', retryable: false });
}
