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

/** The facts that conditions are compared with. */
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
      throw accessDenied(message, '0006-00000227');
    }
  }
  const extra = MUST_BE_NAMED.find((name) => form.fields.has(name) && !named.has(name));
  if (extra !== undefined) {
    throw accessDenied(`Invalid according to Policy: Extra input fields: ${extra}`, '0006-00000228');
  }
  return range;
}

function normalised(condition: unknown): readonly [mode: string, name: unknown, value: unknown] {
  if (Array.isArray(condition)) {
    if (condition.length !== 3 || typeof condition[0] !== 'string') {
      throw invalidPolicy('A condition must have a matching mode and two values.', '0006-00000216');
    }
    return [condition[0].toLowerCase(), condition[1], condition[2]];
  }
  const entries = typeof condition === 'object' && condition !== null ? Object.entries(condition) : [];
  const [first] = entries;
  if (first === undefined || entries.length !== 1) {
    throw invalidPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
      '0006-00000217',
    );
  }
  return ['eq', first[0], first[1]];
}

function fieldName(name: unknown): string {
  if (typeof name !== 'string') throw invalidPolicy('A field name must be text.', '0006-00000224');
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
      throw invalidPolicy('Unknown matching mode.', '0006-00000216');
  }
}

function narrower(range: LengthRange, min: unknown, max: unknown): LengthRange {
  if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || Number(min) < 0) {
    throw invalidPolicy('A content-length-range must have two whole numbers.', '0006-00000224');
  }
  return { min: Math.max(range.min, Number(min)), max: Math.min(range.max, Number(max)) };
}

function comparedText(value: unknown): string {
  if (typeof value !== 'string') throw invalidPolicy('A condition compares text.', '0006-00000224');
  return value;
}

function comparedTexts(value: unknown): readonly string[] {
  if (!Array.isArray(value)) throw invalidPolicy('in and not-in need a list.', '0006-00000224');
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
    throw invalidPolicy('Invalid JSON.', '0006-00000201');
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw invalidPolicy('Invalid JSON.', '0006-00000201');
  }
  const { expiration, conditions } = document as { expiration?: unknown; conditions?: unknown };
  if (expiration === undefined && conditions === undefined) throw invalidPolicy('Empty policy.', '0006-00000209');
  if (conditions === undefined) throw invalidPolicy('Policy missing conditions.', '0006-00000207');
  if (expiration === undefined) throw invalidPolicy('Policy missing expiration.', '0006-00000208');
  if (typeof expiration !== 'string' || (expiration !== '' && !ISO.test(expiration))) {
    throw invalidPolicy('Invalid expiration.', '0006-00000210');
  }
  if (expiration === '') throw invalidPolicy('Empty expiration.', '0006-00000211');
  if (!Array.isArray(conditions)) throw invalidPolicy('Conditions must be a list.', '0006-00000214');
  if (conditions.length === 0) throw invalidPolicy('Empty conditions.', '0006-00000215');
  const instant = new Date(expiration);
  if (Number.isNaN(instant.getTime())) throw invalidPolicy('Invalid expiration.', '0006-00000210');
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
    throw accessDenied('Invalid according to Policy: Policy expired.', '0006-00000213');
  }
  return assertConditions(policy.conditions, form);
}
