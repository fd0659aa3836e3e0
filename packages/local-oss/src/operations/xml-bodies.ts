import { malformedXml, Refusal } from '../http/refusal.ts';
import { readCheckedBody } from '../http/raw-request.ts';
import type { OssResponse } from '../http/oss-response.ts';
import { parseXml, type XmlElement } from '../http/xml-reader.ts';
import type { XmlNode } from '../http/xml.ts';
import type { OperationInput } from './operation.ts';

/** The account, as the owner of its buckets. */
export function bucketOwner({ context }: OperationInput): XmlNode {
  return { ID: context.account.id, DisplayName: context.account.id };
}

/** 200 with an XML document, and other headers. */
export function xmlResponse(body: string, headers: Readonly<Record<string, string>> = {}): OssResponse {
  return { status: 200, headers: { 'Content-Type': 'application/xml', ...headers }, body };
}

const MAX_BODY_BYTES = 1 << 20;

/**
 * Reads the body of a request that sets something on a bucket or an object.
 *
 * @throws Refusal 400 InvalidDigest when its MD5 is another than the request says
 */
export async function readSettings({ message, request }: OperationInput): Promise<string> {
  return (await readCheckedBody(message, MAX_BODY_BYTES, request.headers.get('content-md5'))).toString();
}

/** EC numbers of a body that is not well-formed, and of one with another root element. */
export interface XmlEc {
  readonly malformed?: string;
  /** @default that of a malformed body */
  readonly root?: string;
}

/** Reads such a body as XML. @throws Refusal 400 MalformedXML, also for another root element */
export async function readSettingsXml(input: OperationInput, root: string, ec: XmlEc = {}): Promise<XmlElement> {
  return readDocument(await readSettings(input), root, ec);
}

/** The same where there may be no body. */
export async function readOptionalXml(input: OperationInput, root: string): Promise<XmlElement | undefined> {
  const text = await readSettings(input);
  return text.trim() === '' ? undefined : readDocument(text, root);
}

/** Reads an XML document. @throws Refusal 400 MalformedXML, also for another root element */
export function readDocument(text: string, root: string, ec: XmlEc = {}): XmlElement {
  const document = parsed(text, ec);
  if (document.name === root) return document;
  throw malformedXml(ec.root ?? ec.malformed, { ErrorDetail: `the root node is not named ${root}.` });
}

function parsed(text: string, { malformed }: XmlEc): XmlElement {
  try {
    return parseXml(text);
  } catch (error) {
    throw error instanceof Refusal ? malformedXml(malformed) : error;
  }
}
