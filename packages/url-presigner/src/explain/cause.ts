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
 * - `TOKEN_OF_ANOTHER_KEY`: key and token do not belong together. Take both from one response of STS.
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
 * - `JSON_ESCAPED`: the link has escapes of JSON, such as `\u0026`. Parse the JSON, and use the text that it holds.
 * - `QUOTED_PRINTABLE`: the link has `=3D` for `=`, as in the source of a mail. Copy it from the mail as it is shown.
 * - `LINE_BROKEN`: the link is broken into several lines. Join them without a blank.
 * - `TEXT_BEHIND`: other text, or a second `?`, follows the signature. Remove what follows it.
 * - `WRAPPED`: the link is inside the URL of another site. Use the link itself.
 * - `DECODED`: the path was decoded once too often. Use the link as it was signed.
 * - `SIGNATURE_INCOMPLETE`: a parameter of the signature is missing. Use the whole link.
 * - `DATE_INVALID`, `EXPIRES_INVALID`, `SCOPE_INVALID`: a parameter of the signature cannot be right. Sign again.
 * - `TWO_AUTHENTICATIONS`: a signature in the URL and an Authorization header. Send the link without the header.
 * - `ADDITIONAL_HEADER_MISSING`: a signed header was not sent. Send all headers that were signed.
 * - `TOKEN_INVALID`: the token was changed, or is not from STS. Pass it whole; get a new one.
 * - `KEY_UNKNOWN`: the AccessKey ID does not exist or is disabled. Check it in RAM.
 * - `CONTENT_TYPE_MISSING`: the link was signed with a content type that was not sent. Send `signedHeaders`.
 * - `OTHER_KEY`: another key signed the request than the one given. Pass the credentials that signed it.
 * - `WRONG_ENDPOINT`: the bucket is at another endpoint. Sign for the endpoint of its region.
 * - `REFERER_DENIED`: the bucket's hotlink protection refuses the page. Allow it in the bucket.
 * - `STYLE_ONLY`: the bucket delivers images only through a style. Sign with `process: 'style/<name>'`.
 * - `APP_ON_DEFAULT_DOMAIN`: OSS delivers no APK or IPA files from its own domains. Use a custom domain.
 * - `NO_PERMISSION`: the signature is right, the permission is missing. Check policies and ACLs.
 * - `WRONG_SECRET`: nothing else explains it. Compare AccessKey ID and secret.
 */
export type CauseCode =
  // The text of the link was damaged on its way.
  | 'HTML_ESCAPED'
  | 'JSON_ESCAPED'
  | 'QUOTED_PRINTABLE'
  | 'LINE_BROKEN'
  | 'TEXT_BEHIND'
  | 'WRAPPED'
  | 'DECODED'
  | 'DOUBLE_ENCODED'
  | 'SLASH_DECODED'
  | 'CUT_OFF'
  // The signature's own parameters cannot be right.
  | 'S3_SIGNING'
  | 'V1_REFUSED'
  | 'SIGNATURE_INCOMPLETE'
  | 'DATE_INVALID'
  | 'EXPIRES_INVALID'
  | 'SCOPE_INVALID'
  | 'REGION_WITH_PREFIX'
  | 'WRONG_REGION'
  | 'TWO_AUTHENTICATIONS'
  | 'ADDITIONAL_HEADER_MISSING'
  // The time is wrong.
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'CLOCK_SKEWED'
  // The key or its token is not accepted.
  | 'TOKEN_MISSING'
  | 'TOKEN_OF_ANOTHER_KEY'
  | 'TOKEN_EXPIRED'
  | 'TOKEN_INVALID'
  | 'KEY_UNKNOWN'
  // The signature is of another request.
  | 'METHOD_DIFFERS'
  | 'CONTENT_TYPE_NOT_SIGNED'
  | 'CONTENT_TYPE_MISSING'
  | 'HEADER_NOT_SIGNED'
  | 'PARAMETER_APPENDED'
  | 'PLUS_FOR_SPACE'
  | 'UNICODE_FORM'
  | 'BUCKET_MISPLACED'
  | 'HOST_CHANGED'
  | 'OTHER_KEY'
  | 'WRONG_SECRET'
  // The signature is accepted, or was not looked at.
  | 'WRONG_ENDPOINT'
  | 'REFERER_DENIED'
  | 'STYLE_ONLY'
  | 'APP_ON_DEFAULT_DOMAIN'
  | 'NO_PERMISSION';

/**
 * How sure a cause is.
 *
 * - `proved`: the secret makes the signature from the request as it was before, or the link breaks a documented rule by itself.
 * - `named`: the server's response says so.
 * - `likely`: the request looks like it, and the server's response, where there is one, fits.
 * - `possible`: nothing speaks against it.
 */
export type Certainty = 'proved' | 'named' | 'likely' | 'possible';

/** One cause of a refusal, and its fix. Holds no secret, token or signature. */
export interface Cause {
  /** Names the cause, for programs. */
  readonly code: CauseCode;
  /** How sure it is. */
  readonly certainty: Certainty;
  /** The cause, in English. */
  readonly message: string;
  /** What to do about it, in English. */
  readonly fix: string;
}

const ORDER: readonly Certainty[] = ['proved', 'named', 'likely', 'possible'];

/** Sorts the surest first, and keeps the order of equally sure ones. */
export function bySureness(a: Cause, b: Cause): number {
  return ORDER.indexOf(a.certainty) - ORDER.indexOf(b.certainty);
}

/** The cause, made at most as sure as `limit`. */
export function atMost(cause: Cause, limit: Certainty): Cause {
  return ORDER.indexOf(cause.certainty) < ORDER.indexOf(limit) ? { ...cause, certainty: limit } : cause;
}
