import { parameter, type RawRequest } from '../http/raw-request.ts';
import type { ConditionFacts } from './conditions.ts';

/** What conditions may ask of a request. */
export function requestFacts(request: RawRequest, now: Date): ConditionFacts {
  const facts = new Map([
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
    ['acs:CurrentTime', now.toISOString()],
  ]);
  const [prefix, delimiter] = [parameter(request, 'prefix'), parameter(request, 'delimiter')];
  if (prefix !== undefined) facts.set('oss:Prefix', prefix);
  if (delimiter !== undefined) facts.set('oss:Delimiter', delimiter);
  return facts;
}
