import { brandErrors } from '@ossgrant/credentials-core/internal';

/**
 * Why a request was not signed.
 *
 * - `INVALID_ENDPOINT`: the endpoint or region is malformed, or the two contradict each other. Correct them as the message says.
 * - `REGION_UNKNOWN`: V4 needs a region, and the endpoint's host does not name one. Pass `region`.
 * - `INVALID_BUCKET`, `INVALID_KEY`: OSS would refuse the name, or it could not reach OSS as signed. Correct it as the message says.
 * - `KEY_AMBIGUOUS_IN_V1`: V1 cannot distinguish this key from another object with parameters. Use V4.
 * - `VALUE_AMBIGUOUS_IN_V1`: V1 cannot distinguish this parameter from several. Use V4.
 * - `INVALID_TEXT`: a control character or a lone surrogate is in something that is signed. Remove it.
 * - `RESERVED_NAME`: the signer itself sets a header or parameter of this name. Leave it out.
 * - `INSECURE_TRANSPORT`: temporary credentials would travel over plain http to another machine. Use https.
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
