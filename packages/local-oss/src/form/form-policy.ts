import { accessDenied } from '../failure.ts';
import { assertConditions, type LengthRange } from './form-conditions.ts';
import { invalidPolicy } from './invalid-policy.ts';

/** A form's policy, read but not yet compared with the form. */
export interface FormPolicy {
  readonly expiration: Date;
  readonly conditions: readonly unknown[];
}

const ISO = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;

/**
 * Reads a form's policy.
 *
 * @param text base64 of the JSON, as it was signed
 * @throws Failure 400 InvalidPolicyDocument
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
 * @returns how many bytes the file may have
 * @throws Failure 403 AccessDenied, 400 InvalidPolicyDocument
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
