/** A policy text that cannot be used. */
export class PolicySyntaxError extends Error {
  override readonly name = 'PolicySyntaxError';
}

/** @throws PolicySyntaxError unless the value is a text or a list of at least one text */
export function textsOf(value: unknown, name: string): readonly string[] {
  const values = listOf(value).map((item) => (typeof item === 'boolean' ? String(item) : item));
  if (values.length === 0 || !values.every((item) => typeof item === 'string')) {
    throw new PolicySyntaxError(`${name} must be text or a list of texts`);
  }
  return values;
}

/** A list as it is, anything else as a list of one, nothing as none. */
export function listOf(value: unknown): readonly unknown[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** @throws PolicySyntaxError unless the value is a JSON object */
export function recordOf(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new PolicySyntaxError(`${name} must be an object`);
  }
  return value as Readonly<Record<string, unknown>>;
}
