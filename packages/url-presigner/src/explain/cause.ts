/**
 * Faults of a signed request.
 *
 * - `S3_SIGNING`: the request was signed for Amazon S3. Sign with OSS's V4.
 * - `HTML_ESCAPED`: the link was copied out of HTML, with `&amp;` for `&`. Copy the link itself.
 * - `CUT_OFF`: the end of the link is missing. Send it whole.
 * - `V1_REFUSED`: the bucket takes no V1 signatures. Sign with V4.
 * - `REGION_WITH_PREFIX`: the region is written `oss-cn-...`. Leave `oss-` out.
 * - `WRONG_REGION`: the link was signed for another region than the bucket's. Sign for the bucket's.
 * - `TOKEN_MISSING`: a temporary key without its security token. Sign with all three values.
 * - `TOKEN_OF_ANOTHER_KEY`: key and token do not belong together. Take both from one answer of STS.
 * - `TOKEN_EXPIRED`: the token that signed the link has ended. Sign with new credentials.
 * - `CLOCK_SKEWED`: the signer's clock is more than 15 minutes off. Correct it.
 * - `NOT_YET_VALID`: the link starts later. Wait, or correct the signer's clock.
 * - `EXPIRED`: the link has ended. Ask for a new one.
 * - `METHOD_DIFFERS`: the link was signed for another method. Sign one for this method.
 * - `CONTENT_TYPE_NOT_SIGNED`: a content type was sent that was not signed. Send none, or sign it.
 * - `HEADER_NOT_SIGNED`: a header was sent that was not signed, or the other way round. Send what was signed.
 * - `PARAMETER_APPENDED`: a parameter was added after signing. Put it in when signing.
 * - `DOUBLE_ENCODED`: the path was encoded twice. Give the signer the key as it is.
 * - `SLASH_DECODED`: an encoded slash was decoded on the way. Send the link as it is.
 * - `PLUS_FOR_SPACE`: a `+` stands where a space was signed. Send `%20`.
 * - `UNICODE_FORM`: the key's accents are composed otherwise than when it was signed. Use the stored form.
 * - `BUCKET_MISPLACED`: the bucket was signed in another place than it is sent in. Use one addressing for both.
 * - `HOST_CHANGED`: the host is signed and was changed. Sign for the host that is used.
 * - `WRONG_SECRET`: nothing else explains it. Compare AccessKey ID and secret.
 */
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
