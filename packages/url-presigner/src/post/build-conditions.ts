import { assertKey } from '@ossgrant/signer-core';
import type { PostFields } from './contracts.ts';

const MAX_FILE_BYTES = 5 * 1024 ** 3;

/**
 * Turns a form's options into the conditions of its policy. Every field that is sent is bound by one.
 *
 * @param own fields that the signature adds
 * @throws SigningError for a key that OSS refuses
 * @throws RangeError for a size that OSS refuses
 * @throws TypeError for a prefix that allows everything
 */
export function buildConditions(
  request: PostFields,
  bucket: string,
  own: Readonly<Record<string, string>>,
): readonly unknown[] {
  const conditions: unknown[] = [{ bucket }, keyCondition(request.key)];
  const { contentLength } = request;
  if (contentLength !== undefined) {
    const { min, max } = contentLength;
    if (!Number.isInteger(min) || !Number.isInteger(max) || min < 0 || max < min || max > MAX_FILE_BYTES) {
      throw new RangeError(`contentLength must be whole bytes with 0 <= min <= max <= ${MAX_FILE_BYTES} (5 GiB)`);
    }
    conditions.push(['content-length-range', min, max]);
  }
  conditions.push(...(request.conditions ?? []));
  for (const [name, value] of Object.entries({ ...request.fields, ...own })) conditions.push(['eq', `$${name}`, value]);
  return conditions;
}

function keyCondition(key: PostFields['key']): readonly ['eq' | 'starts-with', '$key', string] {
  if (typeof key === 'string') {
    assertKey(key);
    return ['eq', '$key', key];
  }
  if (key.startsWith === '') throw new TypeError('key.startsWith is empty: the form could overwrite every object');
  assertKey(key.startsWith);
  return ['starts-with', '$key', key.startsWith];
}
