import type { Failure } from '../failure.ts';
import type { Reply } from './reply.ts';
import { toXml } from './xml.ts';

/** Where a failure happened. */
export interface FailureContext {
  readonly method: string;
  readonly requestId: string;
  readonly hostId: string;
}

/** OSS's error body; HEAD has none, so the same XML goes into the `x-oss-err` header. */
export function failureReply(failure: Failure, context: FailureContext): Reply {
  const { status, code, message, ec, details, headers } = failure.parts;
  const xml = toXml('Error', {
    Code: code,
    Message: message,
    RequestId: context.requestId,
    HostId: context.hostId,
    ...details,
    EC: ec,
  });
  const common = { ...headers, ...(ec === undefined ? {} : { 'x-oss-ec': ec }) };
  if (context.method === 'HEAD') {
    return { status, headers: { ...common, 'x-oss-err': Buffer.from(xml).toString('base64') } };
  }
  return { status, headers: { ...common, 'Content-Type': 'application/xml' }, body: xml };
}
