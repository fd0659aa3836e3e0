import { Failure, invalidArgument } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import { canonicalName } from './object-headers.ts';
import type { ObjectInput } from './operation.ts';

const NAMES = [
  'content-type',
  'content-language',
  'expires',
  'cache-control',
  'content-disposition',
  'content-encoding',
] as const;

/**
 * Headers that `response-*` parameters ask for. They count only when they were signed.
 *
 * @throws Failure 400 for anonymous use and for text that no header can hold
 */
export function responseOverrides(input: ObjectInput): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of NAMES) {
    const value = parameter(input.request, `response-${name}`);
    if (value === undefined) continue;
    if (!input.signed) {
      throw new Failure({
        status: 400,
        code: 'InvalidRequest',
        message: 'Request specific response headers cannot be used for anonymous GET requests.',
      });
    }
    if (/\p{Cc}/u.test(value)) throw invalidArgument(`The response-${name} has a control character.`);
    found[canonicalName(name)] = value;
  }
  return found;
}
