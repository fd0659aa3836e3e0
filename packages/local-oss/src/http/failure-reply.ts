import type { Failure } from '../failure.ts';
import type { Reply } from './reply.ts';
import { toXml, type XmlNode } from './xml.ts';

/** Where a failure happened. */
export interface FailureContext {
  readonly method: string;
  readonly requestId: string;
  readonly hostId: string;
}

// Clients refuse answers with more header text than 16 KiB.
const MAX_HEADER_BYTES = 6144;

/** OSS's error body; HEAD has none, so the same XML goes into the `x-oss-err` header, without details that do not fit. */
export function failureReply(failure: Failure, context: FailureContext): Reply {
  const { status, code, message, ec, details, headers } = failure.parts;
  const head = { Code: code, Message: message, RequestId: context.requestId, HostId: context.hostId };
  const xml = toXml('Error', { ...head, ...details, EC: ec });
  const common = { ...headers, ...(ec === undefined ? {} : { 'x-oss-ec': ec }) };
  if (context.method !== 'HEAD')
    return { status, headers: { ...common, 'Content-Type': 'application/xml' }, body: xml };
  const fitting = Buffer.byteLength(xml) > MAX_HEADER_BYTES ? toXml('Error', shortened({ ...head, EC: ec })) : xml;
  return { status, headers: { ...common, 'x-oss-err': Buffer.from(fitting).toString('base64') } };
}

function shortened(node: Readonly<Record<string, string | undefined>>): XmlNode {
  return Object.fromEntries(Object.entries(node).map(([name, value]) => [name, value?.slice(0, 512)]));
}
