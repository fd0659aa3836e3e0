import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { ConditionFacts } from './conditions.ts';

const LISTINGS = new Set(['oss:ListObjects', 'oss:ListObjectVersions', 'oss:ListMultipartUploads']);

/** What conditions may ask of a request for an action. */
export function requestFacts(request: RawRequest, action: string, now: Date): ConditionFacts {
  const facts = new Map([
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
    ['acs:CurrentTime', now.toISOString()],
  ]);
  // Only a listing has a prefix: elsewhere the parameter means nothing, and V1 does not even sign it.
  if (!LISTINGS.has(action)) return facts;
  const [prefix, delimiter] = [parameter(request, 'prefix'), parameter(request, 'delimiter')];
  if (prefix !== undefined) facts.set('oss:Prefix', prefix);
  if (delimiter !== undefined) facts.set('oss:Delimiter', delimiter);
  return facts;
}
