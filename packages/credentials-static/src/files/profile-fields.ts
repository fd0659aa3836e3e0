import { CredentialError } from '@ossgrant/signer-core';

/** Reads the fields of one profile. Failures name file, profile and field, and never a value. */
export interface ProfileFields {
  /** `FILE: profile "NAME"`, for messages. */
  readonly where: string;
  /** The value, or `undefined` when it is absent or empty. */
  text(name: string): string | undefined;
  required(name: string): string;
  /** A whole number that is not 0, which the tools write for "not set". */
  count(name: string): number | undefined;
  flag(name: string): boolean;
  fail(problem: string): CredentialError;
}

/** Makes a reader of a profile's values, which come from JSON or ini. */
export function profileFields(values: Readonly<Record<string, unknown>>, where: string): ProfileFields {
  const fail = (problem: string): CredentialError =>
    new CredentialError(`${where} ${problem}`, { code: 'INVALID_CONFIG', retryable: false });

  const text = (name: string): string | undefined => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    if (value === undefined || value === null || value === '') return undefined;
    if (typeof value !== 'string') throw fail(`has something other than text for ${name}`);
    if (value.trim() === '') return undefined;
    if (value !== value.trim()) throw fail(`has white space around its ${name}`);
    return value;
  };

  return {
    where,
    text,
    fail,
    required(name): string {
      const value = text(name);
      if (value === undefined) throw fail(`has no ${name}`);
      return value;
    },
    count(name): number | undefined {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      if (value === undefined || value === null || value === '') return undefined;
      const number = Number(value);
      if (!Number.isSafeInteger(number) || number < 0)
        throw fail(`has something other than a whole number for ${name}`);
      return number === 0 ? undefined : number;
    },
    flag(name): boolean {
      const value = Object.hasOwn(values, name) ? values[name] : undefined;
      return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
    },
  };
}
