import type { CredentialErrorCode } from '@ossgrant/credentials-core';
import type { ProblemCode } from '@ossgrant/grant-handler';
import type { DownloadErrorCode } from '@ossgrant/http-downloader';
import type { SigningErrorCode } from '@ossgrant/signer-core';
import type { TextName } from './english.ts';

/** Every code that an error can bring to the page. */
type Code = CredentialErrorCode | DownloadErrorCode | ProblemCode | SigningErrorCode;

type ErrorText = Extract<TextName, `error.${string}`>;

/** Codes that have a text of their own name. */
type Named = {
  [C in Code]: `error.${C}` extends TextName ? C : `${C}.title` extends TextName ? C : never;
}[Code];

/** Mistakes of the page, the server or the storage, such as all that a signer refuses, which a recipient cannot correct: `error.other` names the code for whoever can. */
type Internal =
  | SigningErrorCode
  | 'internal'
  | 'identity-unavailable'
  | 'inline-markup'
  | 'HTTP_STATUS'
  | 'signing-failed'
  | 'SIGNATURE_MISMATCH'
  | 'NOT_CONFIGURED'
  | 'INVALID_CONFIG'
  | 'not-possible'
  | 'invalid-request'
  | 'invalid-use'
  | 'method-not-allowed'
  | 'choose-object'
  | 'body-too-large'
  | 'revision-differs'
  | 'life-too-long'
  | 'idempotency-key-reused';

/** Texts of all other codes. A new code that is in none of the three does not compile. */
export const ERROR_KINDS: Readonly<Record<Exclude<Code, Internal | Named>, ErrorText>> = {
  STALLED: 'error.NETWORK',
  DEADLINE: 'error.NETWORK',
  INCOMPLETE: 'error.NETWORK',
  RANGE_MISMATCH: 'error.NETWORK',
  UNAVAILABLE: 'error.NETWORK',
  TLS: 'error.NETWORK',
  PROXY: 'error.NETWORK',
  THROTTLED: 'error.rate-limited',
  CREDENTIALS_REJECTED: 'error.EXPIRED',
  DENIED: 'error.ACCESS_DENIED',
  'not-allowed': 'error.ACCESS_DENIED',
  'credentials-not-shared': 'error.ACCESS_DENIED',
  unauthenticated: 'error.ACCESS_DENIED',
  'not-found': 'error.NOT_FOUND',
  'share-revoked': 'error.LINK_EXPIRED',
  FILE_SYSTEM: 'error.UNSUPPORTED',
  TOO_LARGE: 'error.UNSUPPORTED',
  NOT_VERIFIABLE: 'error.UNSUPPORTED',
};
