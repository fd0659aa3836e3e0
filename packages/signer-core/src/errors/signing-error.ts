import { brandErrors } from '@ossgrant/credentials-core/internal';

/**
 * Why a request was not signed.
 *
 * - `INVALID_ENDPOINT`: the endpoint or region is malformed, or the two contradict each other.
 * - `REGION_UNKNOWN`: V4 needs a region, and the endpoint's host does not name one.
 * - `INVALID_BUCKET`, `INVALID_KEY`: OSS would refuse the name, or it could not reach OSS as signed.
 * - `KEY_AMBIGUOUS_IN_V1`: V1 cannot tell this key from another object with parameters. Use V4.
 * - `VALUE_AMBIGUOUS_IN_V1`: V1 cannot tell this parameter from several ones. Use V4.
 * - `INVALID_TEXT`: a control character or a lone surrogate in something that is signed.
 * - `RESERVED_NAME`: a header or parameter that the signer itself sets.
 * - `INSECURE_TRANSPORT`: temporary credentials over plain http to another machine.
 */
export type SigningErrorCode =
  | 'INVALID_ENDPOINT'
  | 'REGION_UNKNOWN'
  | 'INVALID_BUCKET'
  | 'INVALID_KEY'
  | 'KEY_AMBIGUOUS_IN_V1'
  | 'VALUE_AMBIGUOUS_IN_V1'
  | 'INVALID_TEXT'
  | 'RESERVED_NAME'
  | 'INSECURE_TRANSPORT';

/**
 * Thrown before anything is signed. Never retryable: the input must change. Carries no secret. `instanceof` also recognises errors of
 * another copy of this package.
 */
export class SigningError extends Error {
  static {
    brandErrors(this, '@ossgrant/SigningError');
  }

  /** Also after a bundler has renamed the class. */
  override readonly name = 'SigningError';
  /** What cannot be signed. */
  readonly code: SigningErrorCode;
  /** Never: the input must change. */
  readonly retryable = false;

  constructor(code: SigningErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
