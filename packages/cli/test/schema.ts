import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'vitest';

/**
 * Asserts that a value is what a published schema says, and gives it back.
 *
 * @param part a definition within the schema, such as `link` @default the whole
 */
export function expectSchema(verb: string, value: unknown, part?: string): unknown {
  const text = readFileSync(new URL(`../schema/${verb}.json`, import.meta.url), 'utf8');
  const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false });
  ajv.addSchema(JSON.parse(text) as object, verb);
  const validate = ajv.getSchema(part === undefined ? verb : `${verb}#/$defs/${part}`);
  if (validate === undefined) throw new Error(`the schema of ${verb} has no ${part}`);
  void validate(value);
  expect(validate.errors ?? []).toEqual([]);
  return value;
}
