import { CONDITION_KEYS, type Condition } from './conditions.ts';
import { findOperator } from './operators.ts';
import { PolicySyntaxError, recordOf, textsOf } from './policy-json.ts';

/**
 * Reads the Condition of a statement. An operator, key or value that this server cannot evaluate is refused: in a Deny it
 * would otherwise never hold.
 *
 * @throws PolicySyntaxError
 */
export function parseConditions(value: unknown): Condition {
  const operators = Object.entries(recordOf(value, 'Condition')).map(([name, keys]) => {
    const found = findOperator(name);
    if (found === undefined) throw new PolicySyntaxError(`Condition has an unknown operator "${name}"`);
    const parsed = Object.entries(recordOf(keys, `Condition ${name}`)).map(([key, wanted]) => {
      if (!CONDITION_KEYS.has(key)) throw new PolicySyntaxError(`local-oss cannot evaluate the condition key "${key}"`);
      const values = textsOf(wanted, key);
      const invalid = values.find((item) => !found.operator.isValid(item));
      if (invalid !== undefined) throw new PolicySyntaxError(`"${invalid}" is no value for ${name}`);
      return [key, values] as const;
    });
    return [name, Object.fromEntries(parsed)] as const;
  });
  return Object.fromEntries(operators);
}
