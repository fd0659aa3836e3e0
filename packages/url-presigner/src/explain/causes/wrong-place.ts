import { resolveEndpoint } from '@ossgrant/signer-core';
import { readHost } from '../../inspect/read-link.ts';
import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The request is signed for another region than the one it reaches. */
export function wrongRegion({ claim, error, link }: Facts): Cause | undefined {
  const region = claim.scheme === 'oss-v4' ? claim.scope?.region : undefined;
  if (region === undefined || region.startsWith('oss-')) return undefined;
  const reached = readHost(link.hostname).region;
  const isNamed = error.ec === '0002-00000226';
  if (!isNamed && (reached === undefined || reached === region)) return undefined;
  const place =
    reached === undefined || reached === region ? ', which is not the one it reached' : ` and sent to "${reached}"`;
  return {
    code: 'WRONG_REGION',
    certainty: isNamed ? 'named' : 'likely',
    message: `the request is signed for region ${JSON.stringify(region)}${place}`,
    fix: "sign with the bucket's own region, whatever endpoint is used",
  };
}

/** The scope names an endpoint in place of a region. */
export function regionWithPrefix({ claim }: Facts): Cause | undefined {
  const region = claim.scheme === 'oss-v4' ? claim.scope?.region : undefined;
  if (region?.startsWith('oss-') !== true) return undefined;
  return {
    code: 'REGION_WITH_PREFIX',
    certainty: 'proved',
    message: `the request is signed for region ${JSON.stringify(region)}: V4 takes it without "oss-"`,
    fix: `sign with region ${JSON.stringify(region.slice('oss-'.length))}`,
  };
}

/** The bucket is in the path where the host names it already, or in neither. */
export function bucketMisplaced({ request, link, error, input, judge }: Facts): Cause | undefined {
  const named = error.code === 'SecondLevelDomainForbidden' ? 'named' : undefined;
  const slash = link.path.indexOf('/');
  const inPath = { bucket: link.path.slice(0, slash), key: link.path.slice(slash + 1) };
  const asPathStyle = slash > 0 && inPath.bucket !== request.bucket ? judge(inPath) : undefined;
  const repeated =
    slash > 0 && inPath.bucket === request.bucket && request.key === link.path ? judge(inPath) : undefined;
  const asOwnHost = input.bucket === undefined ? undefined : judge({ bucket: input.bucket, key: link.path });
  // Without the secret it is unknown which of them was signed.
  const certainty = named ?? (input.credentials === undefined ? undefined : (asPathStyle ?? repeated ?? asOwnHost));
  if (certainty === undefined) return undefined;
  return {
    code: 'BUCKET_MISPLACED',
    certainty,
    message: 'the bucket is in the wrong place: in the path although the host already names it, or missing from both',
    fix: 'on virtual hosts and custom domains the path is the key alone; only IP addresses and localhost take bucket and key',
  };
}

/** The link is bound to its host, and was sent to another. */
export function hostChanged(facts: Facts): Cause | undefined {
  const { claim, request, judge, matches, stage } = facts;
  if (!claim.additionalHeaders.includes('host')) return undefined;
  if (matches === undefined && stage !== 'signature') return undefined;
  const signed =
    matches === undefined
      ? undefined
      : candidateHosts(facts).find((host) => judge({ headers: new Map([...request.headers, ['host', host]]) }));
  // Nothing else explained the refusal, or this would not have been asked.
  if (signed === undefined && stage !== 'signature') return undefined;
  return {
    code: 'HOST_CHANGED',
    certainty: signed === undefined ? 'likely' : 'proved',
    message: `the link is bound to its host, but the request was sent to "${request.headers.get('host')}"${signed === undefined ? '' : ` instead of "${signed}"`}`,
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
