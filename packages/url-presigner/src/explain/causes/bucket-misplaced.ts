import type { Cause } from '../cause.ts';
import type { Facts } from '../facts.ts';

/** The bucket stands in the path where the host names it already, or in neither. */
export function bucketMisplaced({ request, link, error, input, judge }: Facts): Cause | undefined {
  const told = error.code === 'SecondLevelDomainForbidden' ? 'certain' : undefined;
  const slash = link.path.indexOf('/');
  const inPath = { bucket: link.path.slice(0, slash), key: link.path.slice(slash + 1) };
  const asPathStyle = slash > 0 && inPath.bucket !== request.bucket ? judge(inPath) : undefined;
  const repeated =
    slash > 0 && inPath.bucket === request.bucket && request.key === link.path ? judge(inPath) : undefined;
  const asOwnHost = input.bucket === undefined ? undefined : judge({ bucket: input.bucket, key: link.path });
  // Without the secret nothing tells which of them was signed.
  const certainty = told ?? (input.credentials === undefined ? undefined : (asPathStyle ?? repeated ?? asOwnHost));
  if (certainty === undefined) return undefined;
  return {
    code: 'BUCKET_MISPLACED',
    certainty,
    message:
      'the bucket is in the wrong place: in the path of a host that already stands for it, or missing from host and path',
    fix: 'virtual hosts and custom domains take the key alone in the path; only IP addresses and localhost take bucket and key',
  };
}
