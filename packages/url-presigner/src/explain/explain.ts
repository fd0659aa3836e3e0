import { defined } from '@ossgrant/credentials-core/internal';
import { parseLink, trimLink } from '../inspect/read-link.ts';
import { atMost, bySureness, type Cause, type CauseCode } from './cause.ts';
import {
  contentTypeMissing,
  contentTypeNotSigned,
  headerNotSigned,
  methodDiffers,
  parameterAppended,
} from './causes/changed-request.ts';
import { cutOff, doubleEncoded, plusForSpace, slashDecoded, unicodeForm } from './causes/damaged-link.ts';
import {
  appOnDefaultDomain,
  noPermission,
  refererDenied,
  styleOnly,
  wrongEndpoint,
} from './causes/refused-after-signature.ts';
import {
  additionalHeaderMissing,
  dateOfHeaders,
  millisecondsSent,
  s3Signing,
  twoAuthentications,
  v1Refused,
  wrongParameters,
} from './causes/wrong-form.ts';
import {
  keyUnknown,
  otherKey,
  tokenExpired,
  tokenInvalid,
  tokenMissing,
  tokenOfAnotherKey,
  wrongSecret,
} from './causes/wrong-key.ts';
import { bucketMisplaced, hostChanged, regionWithPrefix, wrongRegion } from './causes/wrong-place.ts';
import { clockSkewed, expired, notYetValid } from './causes/wrong-time.ts';
import { compareTexts, type TextComparison } from './compare-texts.ts';
import { checkExplain, gatherFacts, type ExplainInput, type Facts } from './facts.ts';
import { repairs, type Repair } from './repair.ts';
import type { Stage } from './server-error.ts';

/** Why a signed request was refused. Holds no secret, token or signature: safe to log. */
export interface Explanation {
  /** The surest first. Empty when no cause was found. */
  readonly causes: readonly Cause[];
  /** Whether the secret makes the signature from the request as the server read it; absent without a secret. */
  readonly signatureMatches?: boolean;
  /** Empty when the server echoed no text, or the texts agree. */
  readonly comparison: TextComparison;
}

type FindCauses = (facts: Facts) => Cause | readonly Cause[] | undefined;

/** Faults that show before the signature is computed, by how far a server comes until it sees them. */
const STATED: Readonly<Record<Stage, readonly FindCauses[]>> = {
  form: [
    s3Signing,
    v1Refused,
    twoAuthentications,
    wrongParameters,
    dateOfHeaders,
    additionalHeaderMissing,
    regionWithPrefix,
    wrongRegion,
  ],
  time: [clockSkewed, notYetValid, expired],
  key: [tokenMissing, tokenOfAnotherKey, tokenExpired, tokenInvalid, keyUnknown],
  signature: [slashDecoded],
  later: [wrongEndpoint, refererDenied, styleOnly, appOnDefaultDomain, noPermission],
};
const STAGES = Object.keys(STATED) as readonly Stage[];

/** Faults that make the signature differ: each tries the request as it may have been when it was signed. */
const ALTERNATIVES: readonly FindCauses[] = [
  doubleEncoded,
  methodDiffers,
  contentTypeNotSigned,
  contentTypeMissing,
  headerNotSigned,
  parameterAppended,
  plusForSpace,
  unicodeForm,
  millisecondsSent,
  bucketMisplaced,
];

/** Causes to try, in this order, when no other explains the refusal. */
const FALLBACKS: readonly FindCauses[] = [hostChanged, otherKey, wrongSecret];

/**
 * Names the cause of a refused link or request, with its fix.
 *
 * Works from the request alone, and better with the secret, with which a guess is proved by computing the signature again, and with
 * the server's error; from an error that echoes the request, it works without the link. No network.
 *
 * @throws TypeError for options that are missing, unknown or of the wrong type, and when `url` is not an http or https URL
 * @throws RangeError when `url` or `headers` are longer than any server takes
 */
export function explain(input: ExplainInput): Explanation {
  checkExplain(input);
  const text = input.url === undefined ? undefined : trimLink(input.url);
  const damage = text === undefined ? [] : repairs(text);
  const facts = gatherFacts(
    text === undefined || isUrl(text) ? input : { ...input, url: damage.at(-1)?.repaired ?? text },
  );
  // A link that the secret confirms is whole, however it looks.
  const causes = damage.length === 0 || facts.matches === true ? causesOf(facts) : causesOfDamage(damage, facts);
  return {
    causes: [...causes].sort(bySureness),
    ...defined({ signatureMatches: facts.matches }),
    comparison: compareTexts(facts),
  };
}

function isUrl(text: string): boolean {
  try {
    parseLink(text);
    return true;
  } catch (error) {
    if (error instanceof RangeError) throw error;
    return false;
  }
}

function causesOf(facts: Facts): readonly Cause[] {
  const cut = cutOff(facts);
  // Of a text that lost its end, nothing else is sure.
  const found = [...stated(facts), ...alternatives(facts)].map((cause) => (cut ? atMost(cause, 'possible') : cause));
  const causes = cut === undefined ? found : [cut, ...found.filter(({ code }) => code !== 'SIGNATURE_INCOMPLETE')];
  return causes.length > 0 ? causes : fallback(facts);
}

// What the server accepted before it refused cannot be the cause, unless the server itself names it.
function stated(facts: Facts): readonly Cause[] {
  const reached = facts.stage === undefined ? 0 : STAGES.indexOf(facts.stage);
  return STAGES.flatMap((stage, index) =>
    find(STATED[stage], facts).filter(({ certainty }) => certainty === 'named' || index >= reached),
  );
}

function alternatives(facts: Facts): readonly Cause[] {
  const found = find(ALTERNATIVES, facts);
  return facts.stage === undefined || facts.stage === 'signature'
    ? found
    : found.filter(({ certainty }) => certainty === 'named');
}

function find(finders: readonly FindCauses[], facts: Facts): readonly Cause[] {
  return finders.flatMap((finder) => finder(facts) ?? []);
}

function fallback(facts: Facts): readonly Cause[] {
  for (const finder of FALLBACKS) {
    const found = find([finder], facts);
    if (found.length > 0) return found;
  }
  return [];
}

// With the secret the repaired link proves the damage. Other findings were read from damaged text, or from the server's view of it.
function causesOfDamage(damage: readonly Repair[], facts: Facts): readonly Cause[] {
  const { input } = facts;
  const { error: _, ...request } = input;
  const repaired = gatherFacts({ ...request, url: damage.at(-1)?.repaired ?? '' });
  const certainty = repaired.matches === true ? 'proved' : 'likely';
  const seen = new Set<CauseCode>(damage.map(({ code }) => code));
  const others = [
    ...stated(facts).filter((cause) => cause.certainty === 'named'),
    ...stated(repaired),
    ...alternatives(repaired),
  ].flatMap((cause) => {
    if (seen.has(cause.code)) return [];
    seen.add(cause.code);
    return [atMost(cause, 'possible')];
  });
  return [...damage.map(({ code, message, fix }) => ({ code, certainty, message, fix }) as const), ...others];
}
