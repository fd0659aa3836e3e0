import { defined } from '@ossgrant/credentials-core/internal';
import type { Cause } from './cause.ts';
import { contentTypeNotSigned, headerNotSigned, methodDiffers, parameterAppended } from './causes/changed-request.ts';
import { cutOff, doubleEncoded, htmlEscaped, plusForSpace, slashDecoded, unicodeForm } from './causes/damaged-link.ts';
import { bucketMisplaced, hostChanged, regionWithPrefix, wrongRegion } from './causes/wrong-place.ts';
import { s3Signing, tokenMissing, tokenOfAnotherKey, v1Refused, wrongSecret } from './causes/wrong-signer.ts';
import { clockSkewed, expired, notYetValid, tokenExpired } from './causes/wrong-time.ts';
import { compareTexts, type TextComparison } from './compare-texts.ts';
import { gatherFacts, type ExplainInput, type Facts } from './facts.ts';

/** Why a signed request was refused. Holds no secret, token or signature: safe to log. */
export interface Explanation {
  /** The surest first. Empty when no cause was found. */
  readonly causes: readonly Cause[];
  /** Whether the secret makes the signature from the request as sent; absent without a secret. */
  readonly signatureMatches?: boolean;
  readonly comparison: TextComparison;
}

type FindCause = (facts: Facts) => Cause | undefined;

/** Faults that show before the signature is computed. */
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

/** Faults that make the signature differ: each tries the request as it may have been when it was signed. */
const ALTERNATIVES: readonly FindCause[] = [
  methodDiffers,
  contentTypeNotSigned,
  headerNotSigned,
  parameterAppended,
  plusForSpace,
  unicodeForm,
  bucketMisplaced,
];

/** Causes to try, in this order, when no other explains the refusal. */
const FALLBACKS: readonly FindCause[] = [hostChanged, wrongSecret];

/**
 * Names the cause of a refused link or request, with its fix.
 *
 * Works from the request alone, and better with the secret, with which every guess is proved by computing the signature
 * again, and with the server's error. No network.
 *
 * @throws TypeError when `url` is not an http or https URL
 */
export function explain(input: ExplainInput): Explanation {
  const facts = gatherFacts(input);
  const found = [...STATED, ...ALTERNATIVES].map((find) => find(facts)).filter((cause) => cause !== undefined);
  const causes = found.length > 0 ? found : firstOf(FALLBACKS, facts);
  return {
    causes: [...causes].sort((a, b) => rank(a) - rank(b)),
    ...defined({ signatureMatches: facts.matches }),
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
