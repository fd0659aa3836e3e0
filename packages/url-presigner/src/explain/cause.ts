/** Faults of a signed request. */
export type CauseCode =
  | 'S3_SIGNING'
  | 'HTML_ESCAPED'
  | 'CUT_OFF'
  | 'V1_REFUSED'
  | 'REGION_WITH_PREFIX'
  | 'WRONG_REGION'
  | 'TOKEN_MISSING'
  | 'TOKEN_OF_ANOTHER_KEY'
  | 'TOKEN_EXPIRED'
  | 'CLOCK_SKEWED'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'METHOD_DIFFERS'
  | 'CONTENT_TYPE_NOT_SIGNED'
  | 'HEADER_NOT_SIGNED'
  | 'PARAMETER_APPENDED'
  | 'DOUBLE_ENCODED'
  | 'SLASH_DECODED'
  | 'PLUS_FOR_SPACE'
  | 'UNICODE_FORM'
  | 'BUCKET_MISPLACED'
  | 'HOST_CHANGED'
  | 'WRONG_SECRET';

/** One cause of a refusal, and its fix. Holds no secret, token or signature. */
export interface Cause {
  readonly code: CauseCode;
  /** `certain`: the secret or the server's response proves it; `likely`: the request looks like it. */
  readonly certainty: 'certain' | 'likely';
  readonly message: string;
  readonly fix: string;
}
