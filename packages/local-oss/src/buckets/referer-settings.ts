import type { Reply } from '../http/reply.ts';
import { childText, type XmlElement } from '../http/xml-reader.ts';
import { toXml } from '../http/xml.ts';
import { malformedXml } from '../operations/object-failures.ts';
import type { BucketInput } from '../operations/operation.ts';
import type { RefererRules } from '../store/object-store.ts';
import { xmlReply } from './bucket-facts.ts';
import { readSettingsXml } from './read-settings.ts';

const NO_RULES: RefererRules = { allowEmpty: true, allowed: [] };

/** PutBucketReferer: replaces all rules. */
export async function putBucketReferer(input: BucketInput): Promise<Reply> {
  const document = await readSettingsXml(input, 'RefererConfiguration');
  const list = document.children.find(({ name }) => name === 'RefererList');
  const denied = document.children.find(({ name }) => name === 'RefererBlacklist');
  if (list === undefined) throw malformedXml();
  const referer: RefererRules = {
    allowEmpty: flag(document, 'AllowEmptyReferer', true),
    allowed: patternsIn(list),
    denied: denied === undefined ? [] : patternsIn(denied),
    truncateQuery: flag(document, 'AllowTruncateQueryString', true),
    truncatePath: flag(document, 'TruncatePath', false),
  };
  input.bucket.configure({ referer });
  return { status: 200 };
}

/** GetBucketReferer: everybody may when nothing was ever put. */
export async function getBucketReferer({ bucket }: BucketInput): Promise<Reply> {
  const rules = bucket.settings.referer ?? NO_RULES;
  const { allowEmpty, allowed, denied = [], truncateQuery = true, truncatePath = false } = rules;
  const body = toXml('RefererConfiguration', {
    AllowEmptyReferer: allowEmpty,
    AllowTruncateQueryString: truncateQuery,
    TruncatePath: truncatePath,
    RefererList: { Referer: allowed },
    ...(denied.length === 0 ? {} : { RefererBlacklist: { Referer: denied } }),
  });
  return xmlReply(body);
}

function flag(document: XmlElement, name: string, usual: boolean): boolean {
  const text = childText(document, name)?.trim() ?? String(usual);
  if (text !== 'true' && text !== 'false') throw malformedXml();
  return text === 'true';
}

function patternsIn(list: XmlElement): readonly string[] {
  // Clients send one element for each, or one with commas.
  return list.children
    .filter(({ name }) => name === 'Referer')
    .flatMap(({ text }) => text.split(','))
    .map((pattern) => pattern.trim())
    .filter((pattern) => pattern !== '');
}
