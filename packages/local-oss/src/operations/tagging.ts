import { readSettingsXml } from '../buckets/read-settings.ts';
import type { Reply } from '../http/reply.ts';
import { childText, type XmlElement } from '../http/xml-reader.ts';
import { toXml } from '../http/xml.ts';
import { malformedXml, noSuchKey } from './object-failures.ts';
import { requireObject, versionHeader, versionIn } from './object-version.ts';
import type { ObjectInput } from './operation.ts';
import { checkedTags, type Tags } from './tags.ts';

/** PutObjectTagging: in place of all tags that there were. When the object was modified stays as it is. */
export async function putTagging(input: ObjectInput): Promise<Reply> {
  return replaceTags(input, tagsIn(await readSettingsXml(input, 'Tagging')));
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

function tagsIn(document: XmlElement): Tags {
  const set = document.children.find(({ name }) => name === 'TagSet');
  if (set === undefined) throw malformedXml();
  const tags = set.children.filter(({ name }) => name === 'Tag');
  return checkedTags(tags.map((tag) => [childText(tag, 'Key') ?? '', childText(tag, 'Value') ?? '']));
}
