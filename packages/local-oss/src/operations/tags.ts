import { Failure } from '../failure.ts';

/** Tags of an object, in the order that they were given. */
export type Tags = ReadonlyMap<string, string>;

const MAX_TAGS = 10;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const ALLOWED = /^[A-Za-z0-9 +\-=._:/]*$/;

/** @throws Failure 400 InvalidTag for what no object can be tagged with */
export function checkedTags(pairs: readonly (readonly [key: string, value: string])[]): Tags {
  if (pairs.length > MAX_TAGS) throw invalidTag('An object has at most 10 tags.', '0010-00000218');
  for (const [key, value] of pairs) {
    if (key === '') throw invalidTag('The key of a tag is empty.', '0010-00000213');
    if (key.length > MAX_KEY) throw invalidTag('The key of a tag is too long.', '0010-00000209');
    if (!ALLOWED.test(key)) throw invalidTag('The key of a tag has invalid characters.', '0010-00000212');
    if (value.length > MAX_VALUE) throw invalidTag('The value of a tag is too long.', '0010-00000214');
    if (!ALLOWED.test(value)) throw invalidTag('The value of a tag has invalid characters.', '0010-00000217');
  }
  const tags = new Map(pairs);
  if (tags.size < pairs.length) throw invalidTag('Several tags have the same key.', '0010-00000210');
  return tags;
}

/** Reads `x-oss-tagging`, such as `a=1&b`. @throws Failure 400 InvalidTag */
export function tagsInHeader(text: string): Tags {
  const pairs = text.split('&').filter((pair) => pair !== '');
  return checkedTags(
    pairs.map((pair) => {
      const [key = '', value = '', ...others] = pair.split('=');
      if (others.length > 0) throw badHeader();
      return [decode(key), decode(value)];
    }),
  );
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw badHeader();
  }
}

function badHeader(): Failure {
  return invalidTag('x-oss-tagging must be of the form key1=value1&key2=value2.', '0010-00000219');
}

function invalidTag(message: string, ec: string): Failure {
  return new Failure({ status: 400, code: 'InvalidTag', message, ec });
}
