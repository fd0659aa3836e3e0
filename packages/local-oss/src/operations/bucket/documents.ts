import { EC } from '../../http/ec.ts';
import { Refusal } from '../../http/refusal.ts';
import type { OssResponse } from '../../http/oss-response.ts';
import { parameter } from '../../http/raw-request.ts';
import { childText, parseXml, type XmlElement, writeDocument } from '../../http/xml-reader.ts';
import type { BucketSettings, DocumentName } from '../../store/object-store.ts';
import type { BucketInput } from '../operation.ts';
import { xmlResponse, readSettingsXml, type XmlEc } from '../xml-bodies.ts';
import {
  anyDocument,
  type Check,
  checkEncryption,
  checkLifecycle,
  checkLogging,
  checkTagging,
  checkWebsite,
  oneOf,
} from './document-checks.ts';

/** A setting that is kept and returned. Unless it says otherwise it has no effect here. */
interface KeptSetting {
  /** Name of its root element. */
  readonly root: string;
  /** Its name in actions: `BucketLogging` in `oss:GetBucketLogging`. */
  readonly action: string;
  /** Result of GET when nothing was put: this content of the root element, or this refusal. */
  readonly missing: { readonly content: string } | { readonly code: string; readonly message: string };
  readonly check: Check;
  readonly ec?: XmlEc;
  /** @default true */
  readonly removable?: boolean;
}

const BOOLEANS = ['true', 'false'];

/** Every setting that is kept as it was put. */
const KEPT_SETTINGS: Readonly<Record<DocumentName, KeptSetting>> = {
  logging: {
    root: 'BucketLoggingStatus',
    action: 'BucketLogging',
    missing: { content: '' },
    check: checkLogging,
    ec: { malformed: EC.loggingMalformed },
  },
  website: {
    root: 'WebsiteConfiguration',
    action: 'BucketWebsite',
    missing: {
      code: 'NoSuchWebsiteConfiguration',
      message: 'The specified bucket does not have a website configuration.',
    },
    check: checkWebsite,
  },
  lifecycle: {
    root: 'LifecycleConfiguration',
    action: 'BucketLifecycle',
    missing: { code: 'NoSuchLifecycle', message: 'No Row found in Lifecycle Table.' },
    check: checkLifecycle,
    ec: { malformed: EC.lifecycleMalformed, root: EC.lifecycleRoot },
  },
  // Listings of buckets look at them.
  tagging: { root: 'Tagging', action: 'BucketTagging', missing: { content: '<TagSet/>' }, check: checkTagging },
  // Uploads get its header.
  encryption: {
    root: 'ServerSideEncryptionRule',
    action: 'BucketEncryption',
    missing: {
      code: 'NoSuchServerSideEncryptionRule',
      message: 'The server side encryption configuration does not exist.',
    },
    check: checkEncryption,
  },
  // Access decisions look at it.
  publicAccessBlock: {
    root: 'PublicAccessBlockConfiguration',
    action: 'BucketPublicAccessBlock',
    missing: { content: '<BlockPublicAccess>false</BlockPublicAccess>' },
    check: oneOf('BlockPublicAccess', BOOLEANS),
  },
  requestPayment: {
    root: 'RequestPaymentConfiguration',
    action: 'BucketRequestPayment',
    missing: { content: '<Payer>BucketOwner</Payer>' },
    check: oneOf('Payer', ['BucketOwner', 'Requester'], EC.payerInvalid),
    ec: { malformed: EC.payerMalformed },
    removable: false,
  },
  transferAcceleration: {
    root: 'TransferAccelerationConfiguration',
    action: 'BucketTransferAcceleration',
    missing: {
      code: 'NoSuchTransferAccelerationConfiguration',
      message: 'The bucket you specified does not have transfer acceleration configuration.',
    },
    check: oneOf('Enabled', BOOLEANS),
    removable: false,
  },
  accessmonitor: {
    root: 'AccessMonitorConfiguration',
    action: 'BucketAccessMonitor',
    missing: { content: '<Status>Disabled</Status>' },
    check: oneOf('Status', ['Enabled', 'Disabled']),
    removable: false,
  },
  httpsConfig: {
    root: 'HttpsConfiguration',
    action: 'BucketHttpsConfig',
    missing: { content: '<TLS><Enable>false</Enable></TLS>' },
    check: anyDocument,
    removable: false,
  },
  resourceGroup: {
    root: 'BucketResourceGroupConfiguration',
    action: 'BucketResourceGroup',
    missing: { content: '<ResourceGroupId>rg-default-id</ResourceGroupId>' },
    check: anyDocument,
    removable: false,
  },
  bucketArchiveDirectRead: {
    root: 'ArchiveDirectReadConfiguration',
    action: 'BucketArchiveDirectRead',
    missing: { content: '<Enabled>false</Enabled>' },
    check: oneOf('Enabled', BOOLEANS),
    removable: false,
  },
};

/** Text of an element of a kept setting, at any depth; `undefined` when nothing was put. */
export function keptText(settings: BucketSettings, name: DocumentName, element: string): string | undefined {
  const document = settings.documents[name];
  return document === undefined ? undefined : textWithin(parseXml(document), element);
}

function textWithin({ name, text, children }: XmlElement, wanted: string): string | undefined {
  if (name === wanted) return text.trim();
  for (const child of children) {
    const found = textWithin(child, wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A tag of a bucket. */
interface BucketTag {
  readonly key: string;
  readonly value: string;
}

/** Tags of a bucket, in the order that they were put. */
export function bucketTags(document: string | undefined): readonly BucketTag[] {
  return document === undefined ? [] : tagElements(parseXml(document)).map(toTag);
}

function tagElements(document: XmlElement): readonly XmlElement[] {
  return document.children.flatMap(({ children }) => children);
}

function toTag(tag: XmlElement): BucketTag {
  return { key: childText(tag, 'Key')?.trim() ?? '', value: childText(tag, 'Value')?.trim() ?? '' };
}

type Run = (input: BucketInput) => Promise<OssResponse>;

/** Rows for the table of operations: GET, PUT and DELETE of every kept setting. */
export function keptSettingRows(): readonly (readonly [kind: string, row: readonly [run: Run, action: string]])[] {
  return (Object.entries(KEPT_SETTINGS) as [DocumentName, KeptSetting][]).flatMap(([name, setting]) => {
    const { get, put, remove } = operationsOn(name, setting);
    const { action, removable = true } = setting;
    const rows = [
      [`GET ${name}`, [get, `oss:Get${action}`]],
      [`PUT ${name}`, [put, `oss:Put${action}`]],
      [`DELETE ${name}`, [remove, `oss:Delete${action}`]],
    ] as const;
    return removable ? rows : rows.slice(0, 2);
  });
}

function operationsOn(
  name: DocumentName,
  { root, missing, check, ec }: KeptSetting,
): Record<'get' | 'put' | 'remove', Run> {
  return {
    async put(input) {
      const document = check(await readSettingsXml(input, root, ec), input);
      const { documents } = input.bucket.settings;
      input.bucket.configure({ documents: { ...documents, [name]: writeDocument(document) } });
      return { status: 200 };
    },
    async get({ bucket }) {
      const stored = bucket.settings.documents[name];
      if (stored !== undefined) return xmlResponse(stored);
      if ('content' in missing)
        return xmlResponse(`<?xml version="1.0" encoding="UTF-8"?>\n<${root}>${missing.content}</${root}>\n`);
      throw new Refusal({ ...missing, status: 404, details: { BucketName: bucket.name } });
    },
    async remove({ bucket, request }) {
      const { [name]: stored, ...documents } = bucket.settings.documents;
      const keys = parameter(request, name) ?? '';
      const kept = name === 'tagging' && keys !== '' && stored !== undefined ? withoutTags(stored, keys) : undefined;
      bucket.configure({ documents: kept === undefined ? documents : { ...documents, [name]: kept } });
      return { status: 204 };
    },
  };
}

// `DELETE ?tagging=k1,k3` removes those tags and leaves the others.
function withoutTags(stored: string, keys: string): string | undefined {
  const gone = new Set(keys.split(',').map((key) => key.trim()));
  const document = parseXml(stored);
  const left = tagElements(document).filter((tag) => !gone.has(toTag(tag).key));
  if (left.length === 0) return undefined;
  return writeDocument({ ...document, children: [{ name: 'TagSet', text: '', children: left }] });
}
