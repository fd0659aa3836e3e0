import { randomUUID } from 'node:crypto';
import { EC } from '../../http/ec.ts';
import { Refusal, malformedXml, notImplemented } from '../../http/refusal.ts';
import { childText, type XmlElement } from '../../http/xml-reader.ts';
import type { BucketInput } from '../operation.ts';

/**
 * Checks a document, and returns it as it is kept.
 *
 * @throws Refusal 400 MalformedXML and others
 */
export type Check = (document: XmlElement, input: BucketInput) => XmlElement;

const MAX_LIFECYCLE_RULES = 1000;
const MAX_TAGS = 20;
const ACTIONS = [
  'Expiration',
  'Transition',
  'AbortMultipartUpload',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
];

/** Accepts a document whose element has one of some values. */
export function oneOf(element: string, values: readonly string[], ec?: string): Check {
  return (document) => {
    if (!values.includes(childText(document, element)?.trim() ?? '')) throw malformedXml(ec);
    return document;
  };
}

/** Accepts any document whose root is right. */
export const anyDocument: Check = (document) => document;

export function checkLogging(document: XmlElement, { context }: BucketInput): XmlElement {
  const enabled = child(document, 'LoggingEnabled');
  if (enabled === undefined) return document;
  const target = childText(enabled, 'TargetBucket')?.trim();
  if (!target) throw malformedXml(EC.loggingTargetMissing);
  if (context.store.bucket(target) === undefined) {
    throw new Refusal({
      status: 400,
      code: 'InvalidTargetBucketForLogging',
      message: 'The target bucket for logging does not exist.',
      details: { TargetBucket: target },
    });
  }
  return document;
}

export function checkWebsite(document: XmlElement): XmlElement {
  const [index, error] = [child(document, 'IndexDocument'), child(document, 'ErrorDocument')];
  if (index === undefined && error === undefined && child(document, 'RoutingRules') === undefined) throw malformedXml();
  if (index !== undefined && !childText(index, 'Suffix')?.trim()) throw malformedXml();
  if (error !== undefined && !childText(error, 'Key')?.trim()) throw malformedXml();
  return document;
}

export function checkLifecycle(document: XmlElement): XmlElement {
  const rules = document.children.filter(({ name }) => name === 'Rule').map(withId);
  const ids = new Set(rules.map((rule) => childText(rule, 'ID')));
  if (rules.length === 0 || rules.length > MAX_LIFECYCLE_RULES || ids.size < rules.length) throw malformedXml();
  return { ...document, children: rules };
}

function withId(rule: XmlElement): XmlElement {
  const isActive = rule.children.some(({ name }) => ACTIONS.includes(name));
  const days = rule.children.flatMap(({ children }) => children).filter(({ name }) => name.endsWith('Days'));
  if (!isActive || !['Enabled', 'Disabled'].includes(childText(rule, 'Status')?.trim() ?? '')) throw malformedXml();
  if (days.some(({ text }) => !/^[1-9]\d{0,5}$/.test(text.trim()))) throw malformedXml();
  if (childText(rule, 'ID')?.trim()) return rule;
  const others = rule.children.filter(({ name }) => name !== 'ID');
  return { ...rule, children: [{ name: 'ID', text: randomUUID(), children: [] }, ...others] };
}

export function checkTagging(document: XmlElement): XmlElement {
  const tags = child(document, 'TagSet')?.children.filter(({ name }) => name === 'Tag');
  if (tags === undefined || tags.length > MAX_TAGS) throw malformedXml();
  if (tags.some((tag) => !childText(tag, 'Key')?.trim())) throw malformedXml();
  return document;
}

function child(element: XmlElement, wanted: string): XmlElement | undefined {
  return element.children.find(({ name }) => name === wanted);
}

/** AES256 is only kept: nothing here is encrypted. */
export function checkEncryption(document: XmlElement): XmlElement {
  const wanted = child(document, 'ApplyServerSideEncryptionByDefault');
  const algorithm = wanted && childText(wanted, 'SSEAlgorithm')?.trim();
  if (!algorithm) throw malformedXml();
  if (algorithm !== 'AES256') throw notImplemented(`server-side encryption with ${algorithm}`);
  return document;
}
