import { EC } from '../../http/ec.ts';
import { Refusal, malformedXml, noSuchKey } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText, type XmlElement } from '../../http/xml-reader.ts';
import { toXml } from '../../http/xml.ts';
import type { ObjectInput } from '../operation.ts';
import { readSettingsXml, xmlResponse } from '../xml-bodies.ts';
import { requireObject, versionHeader, versionIn } from './find-object.ts';

/** Tags of an object, in the order that they were given. */
export type Tags = ReadonlyMap<string, string>;

const MAX_TAGS = 10;
const MAX_KEY = 128;
const MAX_VALUE = 256;
const ALLOWED = /^[A-Za-z0-9 +\-=._:/]*$/;

/** @throws Refusal 400 InvalidTag for tags that are not valid */
export function checkedTags(pairs: readonly (readonly [key: string, value: string])[]): Tags {
  if (pairs.length > MAX_TAGS) throw invalidTag('An object has at most 10 tags.', EC.tagsMany);
  for (const [key, value] of pairs) {
    if (key === '') throw invalidTag('The key of a tag is empty.', EC.tagKeyEmpty);
    if (key.length > MAX_KEY) throw invalidTag('The key of a tag is too long.', EC.tagKeyLong);
    if (!ALLOWED.test(key)) throw invalidTag('The key of a tag has invalid characters.', EC.tagKeyCharacters);
    if (value.length > MAX_VALUE) throw invalidTag('The value of a tag is too long.', EC.tagValueLong);
    if (!ALLOWED.test(value)) throw invalidTag('The value of a tag has invalid characters.', EC.tagValueCharacters);
  }
  const tags = new Map(pairs);
  if (tags.size < pairs.length) throw invalidTag('Several tags have the same key.', EC.tagKeyTwice);
  return tags;
}

/** Reads `x-oss-tagging`, such as `a=1&b`. @throws Refusal 400 InvalidTag */
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

function badHeader(): Refusal {
  return invalidTag('x-oss-tagging must be of the form key1=value1&key2=value2.', EC.tagsHeader);
}

function invalidTag(message: string, ec: string): Refusal {
  return new Refusal({ status: 400, code: 'InvalidTag', message, ec });
}

/** PutObjectTagging: in place of all tags that there were. When the object was modified stays as it is. */
export async function putTagging(input: ObjectInput): Promise<OssResponse> {
  return replaceTags(input, tagsIn(await readSettingsXml(input, 'Tagging', { malformed: EC.tagsMalformed })));
}

/** GetObjectTagging. */
export async function getTagging(input: ObjectInput): Promise<OssResponse> {
  const object = requireObject(input, noSuchKey);
  const tags = [...(object.tags ?? [])].map(([Key, Value]) => ({ Key, Value }));
  return xmlResponse(toXml('Tagging', { TagSet: { Tag: tags } }), versionHeader(input.bucket, object));
}

/** DeleteObjectTagging. */
export async function deleteTagging(input: ObjectInput): Promise<OssResponse> {
  return { ...replaceTags(input, new Map()), status: 204 };
}

function replaceTags(input: ObjectInput, tags: Tags): OssResponse {
  const object = requireObject(input, noSuchKey);
  input.bucket.update(input.key, { tags }, versionIn(input.request));
  return { status: 200, headers: versionHeader(input.bucket, object) };
}

function tagsIn(document: XmlElement): Tags {
  const set = document.children.find(({ name }) => name === 'TagSet');
  if (set === undefined) throw malformedXml();
  const tags = set.children.filter(({ name }) => name === 'Tag');
  return checkedTags(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']));
}
