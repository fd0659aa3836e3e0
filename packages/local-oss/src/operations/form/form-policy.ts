import { EC } from '../../http/ec.ts';
import { Refusal, accessDenied } from '../../http/refusal.ts';

/** 400 InvalidPolicyDocument. */
export function invalidPolicy(reason: string, ec: string): Refusal {
  return new Refusal({ status: 400, code: 'InvalidPolicyDocument', message: `Invalid Policy: ${reason}`, ec });
}

/** Size limits of the file, in bytes. */
export interface LengthRange {
  readonly min: number;
  readonly max: number;
}

/** The facts that conditions check. */
export interface FormFacts {
  readonly bucket: string;
  readonly fields: ReadonlyMap<string, string>;
}

// V4 requires these in the policy, and therefore signed.
const MUST_BE_NAMED = ['x-oss-signature-version', 'x-oss-credential', 'x-oss-date'];

/**
 * Checks every condition of a policy against a form.
 *
 * @returns the narrowest `content-length-range`
 * @throws Refusal 403 AccessDenied when one does not hold, 400 InvalidPolicyDocument when one cannot be read
 */
export function assertConditions(conditions: readonly unknown[], form: FormFacts): LengthRange {
  const named = new Set<string>();
  let range: LengthRange = { min: 0, max: Infinity };
  for (const condition of conditions) {
    const [mode, name, value] = normalised(condition);
    if (mode === 'content-length-range') {
      range = narrower(range, name, value);
      continue;
    }
    const field = fieldName(name);
    named.add(field);
    const actual = field === 'bucket' ? form.bucket : form.fields.get(field);
    if (actual === undefined || !holds(mode, actual, value)) {
      const message = `Invalid according to Policy: Policy Condition failed: ${JSON.stringify([mode, `$${field}`, value])}`;
      throw accessDenied(message, EC.formConditionFailed);
    }
  }
  const extra = MUST_BE_NAMED.find((name) => form.fields.has(name) && !named.has(name));
  if (extra !== undefined) {
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra}`, EC.formFieldExtra);
  }
  return range;
}

function normalised(condition: unknown): readonly [mode: string, name: unknown, value: unknown] {
  if (Array.isArray(condition)) {
    if (condition.length !== 3 || typeof condition[0] !== 'string') {
      throw invalidPolicy('A condition must have a matching mode and two values.', EC.formConditionMode);
    }
    return [condition[0].toLowerCase(), condition[1], condition[2]];
  }
  const entries = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  const [first] = entries;
  if (first === undefined || entries.length !== 1) {
    throw invalidPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
      EC.formConditionNames,
    );
  }
  return ['eq', first[0], first[1]];
}

function fieldName(name: unknown): string {
  if (typeof name !== 'string') throw invalidPolicy('A field name must be text.', EC.formConditionValue);
  return name.replace(/^\$/, '').toLowerCase();
}

function holds(mode: string, actual: string, value: unknown): boolean {
  switch (mode) {
    case 'eq':
      return actual === comparedText(value);
    case 'starts-with':
      return actual.startsWith(comparedText(value));
    case 'in':
      return comparedTexts(value).includes(actual);
    case 'not-in':
      return !comparedTexts(value).includes(actual);
    default:
      throw invalidPolicy('Unknown matching mode.', EC.formConditionMode);
  }
}

function narrower(range: LengthRange, min: unknown, max: unknown): LengthRange {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || Number(min) < 0) {
    throw invalidPolicy('A content-length-range must have two whole numbers.', EC.formConditionValue);
  }
  return { min: Math.max(range.min, Number(min)), max: Math.min(range.max, Number(max)) };
}

function comparedText(value: unknown): string {
  if (typeof value !== 'string') throw invalidPolicy('A condition compares text.', EC.formConditionValue);
  return value;
}

function comparedTexts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw invalidPolicy('in and not-in need a list.', EC.formConditionValue);
  return value.map(comparedText);
}

/** A parsed form policy, not yet compared with the form. */
export interface FormPolicy {
  readonly expiration: Date;
  readonly conditions: readonly unknown[];
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/**
 * Reads a form's policy.
 *
 * @param text base64 of the JSON, as it was signed
 * @throws Refusal 400 InvalidPolicyDocument
 */
export function parseFormPolicy(text: string): FormPolicy {
  const json = /^[A-Za-z0-9+/\s]+=*\s*$/.test(text) ? Buffer.from(text, 'base64').toString() : '';
  let document: unknown;
  try {
    document = JSON.parse(json);
  } catch {
    throw invalidPolicy('Invalid JSON.', EC.formPolicyJson);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalidPolicy('Invalid JSON.', EC.formPolicyJson);
  }
  const { expiration, conditions } = document as { expiration?: unknown; conditions?: unknown };
  if (expiration === undefined && conditions === undefined) throw invalidPolicy('Empty policy.', EC.formPolicyEmpty);
  if (conditions === undefined) throw invalidPolicy('Policy missing conditions.', EC.formConditionsMissing);
  if (expiration === undefined) throw invalidPolicy('Policy missing expiration.', EC.formExpirationMissing);
  if (typeof expiration !== 'string' || (expiration !== '' && !ISO.test(expiration))) {
    throw invalidPolicy('Invalid expiration.', EC.formExpirationInvalid);
  }
  if (expiration === '') throw invalidPolicy('Empty expiration.', EC.formExpirationEmpty);
  if (!Array.isArray(conditions)) throw invalidPolicy('Conditions must be a list.', EC.formConditionsNoList);
  if (conditions.length === 0) throw invalidPolicy('Empty conditions.', EC.formConditionsEmpty);
  const instant = new Date(expiration);
  if (Number.isNaN(instant.getTime())) throw invalidPolicy('Invalid expiration.', EC.formExpirationInvalid);
  return { expiration: instant, conditions };
}

/**
 * Compares a form with its policy.
 *
 * @returns the size limits of the file
 * @throws Refusal 403 AccessDenied, 400 InvalidPolicyDocument
 */
export function assertFormPolicy(
  policy: FormPolicy,
  form: { readonly bucket: string; readonly fields: ReadonlyMap<string, string>; readonly now: Date },
): LengthRange {
  if (form.now >= policy.expiration) {
    throw accessDenied('Invalid according to Policy: Policy expired.', EC.formExpired);
  }
  return assertConditions(policy.conditions, form);
}
