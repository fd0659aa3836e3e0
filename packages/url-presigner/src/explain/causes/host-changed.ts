import { resolveEndpoint } from '@ossgrant/signer-core';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The link is bound to its host, and was sent to another. */
export function hostChanged(facts: Facts): Cause | undefined {
  const { claim, request, judge } = facts;
  if (!claim.additionalHeaders.includes('host')) return undefined;
  const candidates = candidateHosts(facts);
  const signed = candidates.find((host) => judge({ headers: new Map([...request.headers, ['host', host]]) }));
  const certainty = signed === undefined ? 'likely' : 'certain';
  // Nothing else explained the refusal, or this would not have been asked.
  if (signed === undefined && facts.error.code !== 'SignatureDoesNotMatch') return undefined;
  return {
    code: 'HOST_CHANGED',
    certainty: facts.matches === undefined ? 'likely' : certainty,
    message: `the link is bound to its host, and the request reached it under "${request.headers.get('host')}"${signed === undefined ? '' : ` in place of "${signed}"`}`,
    fix: 'use the host that was signed; keep Host when a proxy forwards; or sign without "host" in additionalHeaders',
  };
}

function candidateHosts({ input, claim, request }: Facts): readonly string[] {
  const region = claim.scope?.region ?? '';
  const regional = [`oss-${region}`, `oss-${region}-internal`, 'oss-accelerate', `${region}.oss`].map(
    (name) => `${request.bucket}.${name}.aliyuncs.com`,
  );
  if (input.endpoint === undefined) return regional;
  const { host } = new URL(resolveEndpoint(input.endpoint).origin);
  return [host, `${request.bucket}.${host}`, ...regional];
}
