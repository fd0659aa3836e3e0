import { readSmallBody } from '../http/read-body.ts';
import type { Reply } from '../http/reply.ts';
import { childText, parseXml } from '../http/xml-reader.ts';
import { toXml } from '../http/xml.ts';
import { malformedXml, noSuchKey } from './object-failures.ts';
import { requireObject, versionHeader, versionIn } from './object-version.ts';
import type { ObjectInput } from './operation.ts';
import { checkedTags, type Tags } from './tags.ts';

const MAX_BODY_BYTES = 65_536;

/** PutObjectTagging: in place of all tags that there were. When the object was modified stays as it is. */
export async function putTagging(input: ObjectInput): Promise<Reply> {
  const tags = readTagging((await readSmallBody(input.message, MAX_BODY_BYTES)).toString());
  return replaceTags(input, tags);
}

/** GetObjectTagging. */
export async function getTagging(input: ObjectInput): Promise<Reply> {
  const object = requireObject(input, noSuchKey);
  const tags = [...(object.tags ?? [])].map(([Key, Value]) => ({ Key, Value }));
  const headers = { 'Content-Type': 'application/xml', ...versionHeader(input.bucket, object) };
  return { status: 200, headers, body: toXml('Tagging', { TagSet: { Tag: tags } }) };
}

/** DeleteObjectTagging. */
export async function deleteTagging(input: ObjectInput): Promise<Reply> {
  return { ...replaceTags(input, new Map()), status: 204 };
}

function replaceTags(input: ObjectInput, tags: Tags): Reply {
  const object = requireObject(input, noSuchKey);
  input.bucket.update(input.key, { tags }, versionIn(input.request));
  return { status: 200, headers: versionHeader(input.bucket, object) };
}

function readTagging(text: string): Tags {
  const document = parseXml(text);
  const set = document.children.find(({ name }) => name === 'TagSet');
  if (document.name !== 'Tagging' || set === undefined) throw malformedXml();
  const tags = set.children.filter(({ name }) => name === 'Tag');
  return checkedTags(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']));
}
