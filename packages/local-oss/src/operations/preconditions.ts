import { Failure } from '../failure.ts';
import type { ObjectInfo } from '../store/object-store.ts';

/**
 * Checks If-Match, If-None-Match, If-Modified-Since and If-Unmodified-Since.
 *
 * @returns whether the answer is 304
 * @throws Failure 412 PreconditionFailed
 */
export function assertPreconditions(headers: ReadonlyMap<string, string>, object: ObjectInfo): boolean {
  const match = headers.get('if-match');
  if (match !== undefined && !sameTag(match, object.etag)) throw preconditionFailed('If-Match');
  const modified = Math.floor(object.lastModified.getTime() / 1000) * 1000;
  const unmodifiedSince = Date.parse(headers.get('if-unmodified-since') ?? '');
  if (match === undefined && modified > unmodifiedSince) throw preconditionFailed('If-Unmodified-Since');
  const noneMatch = headers.get('if-none-match');
  if (noneMatch !== undefined) return sameTag(noneMatch, object.etag);
  return modified <= Date.parse(headers.get('if-modified-since') ?? '');
}

function sameTag(given: string, etag: string): boolean {
  return given.split(',').some((tag) => tag.trim() === '*' || bare(tag) === bare(etag));
}

// Quotes and case are tolerated: many clients send the bare hash.
function bare(tag: string): string {
  return tag
    .replace(/^\s*W\//, '')
    .replaceAll('"', '')
    .trim()
    .toUpperCase();
}

function preconditionFailed(condition: string): Failure {
  return new Failure({
    status: 412,
    code: 'PreconditionFailed',
    message: 'At least one of the pre-conditions you specified did not hold.',
    details: { Condition: condition },
  });
}
