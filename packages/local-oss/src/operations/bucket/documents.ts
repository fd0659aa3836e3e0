import { randomUUID } from 'node:crypto';
import { Refusal, malformedXml } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { childText, type XmlElement, writeDocument } from '../../http/xml-reader.ts';
import type { DocumentName } from '../../store/object-store.ts';
import type { BucketInput } from '../operation.ts';
import { xmlResponse, readSettingsXml } from '../xml-bodies.ts';

/** A setting that is kept and returned, and has no effect here. */
export interface StoredDocument {
  /** Name of its root element. */
  readonly root: string;
  /** Result of GET when nothing was put: an empty document, or this refusal. */
  readonly missing: { readonly xml: string } | { readonly code: string; readonly message: string };
  /**
   * The document as it is kept.
   *
   * @throws Refusal 400 MalformedXML and others
   */
  readonly check: (document: XmlElement, input: BucketInput) => XmlElement;
}

const MAX_LIFECYCLE_RULES = 1000;
const MAX_TAGS = 20;
const ACTIONS = [
  'Expiration',
  'Transition',
  'AbortMultipartUpload',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
];

/** Settings that are kept and returned, and have no effect here. */
export const STORED_DOCUMENTS: Readonly<Record<DocumentName, StoredDocument>> = {
  logging: { root: 'BucketLoggingStatus', missing: { xml: '<BucketLoggingStatus/>' }, check: checkLogging },
  website: {
    root: 'WebsiteConfiguration',
    missing: {
      code: 'NoSuchWebsiteConfiguration',
      message: 'The specified bucket does not have a website configuration.',
    },
    check: checkWebsite,
  },
  lifecycle: {
    root: 'LifecycleConfiguration',
    missing: { code: 'NoSuchLifecycle', message: 'No Row found in Lifecycle Table.' },
    check: checkLifecycle,
  },
  tagging: { root: 'Tagging', missing: { xml: '<Tagging><TagSet/></Tagging>' }, check: checkTagging },
};

function checkLogging(document: XmlElement, { context }: BucketInput): XmlElement {
  const enabled = child(document, 'LoggingEnabled');
  if (enabled === undefined) return document;
  const target = childText(enabled, 'TargetBucket')?.trim();
  if (!target) throw malformedXml();
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

function checkWebsite(document: XmlElement): XmlElement {
  const [index, error] = [child(document, 'IndexDocument'), child(document, 'ErrorDocument')];
  if (index === undefined && error === undefined && child(document, 'RoutingRules') === undefined) throw malformedXml();
  if (index !== undefined && !childText(index, 'Suffix')?.trim()) throw malformedXml();
  if (error !== undefined && !childText(error, 'Key')?.trim()) throw malformedXml();
  return document;
}

function checkLifecycle(document: XmlElement): XmlElement {
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

function checkTagging(document: XmlElement): XmlElement {
  const tags = child(document, 'TagSet')?.children.filter(({ name }) => name === 'Tag');
  if (tags === undefined || tags.length > MAX_TAGS) throw malformedXml();
  if (tags.some((tag) => !childText(tag, 'Key')?.trim())) throw malformedXml();
  return document;
}

function child(element: XmlElement, wanted: string): XmlElement | undefined {
  return element.children.find(({ name }) => name === wanted);
}

type Run = (input: BucketInput) => Promise<OssResponse>;

/** The three operations on a kept setting. */
export function documentOperations(name: DocumentName): { readonly put: Run; readonly get: Run; readonly remove: Run } {
  const { root, missing, check } = STORED_DOCUMENTS[name];
  return {
    async put(input) {
      const document = check(await readSettingsXml(input, root), input);
      const { documents } = input.bucket.settings;
      input.bucket.configure({ documents: { ...documents, [name]: writeDocument(document) } });
      return { status: 200 };
    },
    async get({ bucket }) {
      const stored = bucket.settings.documents[name];
      if (stored !== undefined) return xmlResponse(stored);
      if ('xml' in missing) return xmlResponse(`<?xml version="1.0" encoding="UTF-8"?>\n${missing.xml}\n`);
      throw new Refusal({ ...missing, status: 404, details: { BucketName: bucket.name } });
    },
    async remove({ bucket }) {
      const { [name]: _, ...documents } = bucket.settings.documents;
      bucket.configure({ documents });
      return { status: 204 };
    },
  };
}
