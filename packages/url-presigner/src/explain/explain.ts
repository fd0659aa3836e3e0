import type { Cause } from './cause.ts';
import { bucketMisplaced } from './causes/bucket-misplaced.ts';
import { clockSkewed } from './causes/clock-skewed.ts';
import { contentTypeNotSigned } from './causes/content-type-not-signed.ts';
import { cutOff } from './causes/cut-off.ts';
import { doubleEncoded } from './causes/double-encoded.ts';
import { expired } from './causes/expired.ts';
import { headerNotSigned } from './causes/header-not-signed.ts';
import { hostChanged } from './causes/host-changed.ts';
import { htmlEscaped } from './causes/html-escaped.ts';
import { methodDiffers } from './causes/method-differs.ts';
import { notYetValid } from './causes/not-yet-valid.ts';
import { parameterAppended } from './causes/parameter-appended.ts';
import { plusForSpace } from './causes/plus-for-space.ts';
import { regionWithPrefix } from './causes/region-with-prefix.ts';
import { s3Signing } from './causes/s3-signing.ts';
import { slashDecoded } from './causes/slash-decoded.ts';
import { tokenExpired } from './causes/token-expired.ts';
import { tokenMissing } from './causes/token-missing.ts';
import { tokenOfAnotherKey } from './causes/token-of-another-key.ts';
import { unicodeForm } from './causes/unicode-form.ts';
import { v1Refused } from './causes/v1-refused.ts';
import { wrongRegion } from './causes/wrong-region.ts';
import { wrongSecret } from './causes/wrong-secret.ts';
import { compareTexts, type TextComparison } from './compare-texts.ts';
import { gatherFacts, type ExplainInput, type Facts } from './facts.ts';

/** Why a signed request was refused. Holds no secret, token or signature: safe to log. */
export interface Explanation {
  /** The surest first. Empty: nothing was found. */
  readonly causes: readonly Cause[];
  /** Whether the secret makes the signature from the request as sent; absent without a secret. */
  readonly signatureMatches?: boolean;
  readonly comparison: TextComparison;
}

type FindCause = (facts: Facts) => Cause | undefined;

/** What makes a request wrong before its signature is looked at. */
const STATED: readonly FindCause[] = [
  htmlEscaped,
  s3Signing,
  cutOff,
  v1Refused,
  doubleEncoded,
  regionWithPrefix,
  wrongRegion,
  tokenMissing,
  tokenOfAnotherKey,
  tokenExpired,
  clockSkewed,
  notYetValid,
  expired,
  slashDecoded,
];

/** What makes a signature differ: each tries the request as it may have been when it was signed. */
const READINGS: readonly FindCause[] = [
  methodDiffers,
  contentTypeNotSigned,
  headerNotSigned,
  parameterAppended,
  plusForSpace,
  unicodeForm,
  bucketMisplaced,
];

/** What is left when nothing else explains it, in this order. */
const REMAINDERS: readonly FindCause[] = [hostChanged, wrongSecret];

/**
 * Names the cause of a refused link or request, with its fix.
 *
 * Works from the request alone, and better with the secret, with which every guess is proved by computing the signature
 * again, and with the server's error. No network.
 *
 * @throws TypeError when `url` is no http(s) URL
 */
export function explain(input: ExplainInput): Explanation {
  const facts = gatherFacts(input);
  const found = [...STATED, ...READINGS].map((find) => find(facts)).filter((cause) => cause !== undefined);
  const causes = found.length > 0 ? found : firstOf(REMAINDERS, facts);
  return {
    causes: [...causes].sort((a, b) => rank(a) - rank(b)),
    ...(facts.matches === undefined ? {} : { signatureMatches: facts.matches }),
    comparison: compareTexts(facts),
  };
}

function firstOf(finders: readonly FindCause[], facts: Facts): readonly Cause[] {
  for (const find of finders) {
    const cause = find(facts);
    if (cause !== undefined) return [cause];
  }
  return [];
}

function rank(cause: Cause): number {
  return cause.certainty === 'certain' ? 0 : 1;
}
