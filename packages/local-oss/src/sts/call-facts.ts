import type { ConditionFacts } from '../access/conditions.ts';
import type { StsCall } from './sts-call.ts';

/** What conditions may ask of any STS call. */
export function callFacts({ context, request }: StsCall): ConditionFacts {
  return new Map([
    ['acs:CurrentTime', context.clock.now().toISOString()],
    ['acs:SourceIp', request.remoteAddress],
    ['acs:SecureTransport', String(request.secure)],
  ]);
}
