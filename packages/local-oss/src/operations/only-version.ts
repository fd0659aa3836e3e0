import { Failure } from '../failure.ts';
import { parameter } from '../http/raw-request.ts';
import type { Reply } from '../http/reply.ts';
import type { ObjectInput } from './operation.ts';

/**
 * An operation on one version of an object. Buckets here have no versioning, so the one there is is called `null`.
 *
 * @throws Failure 404 NoSuchVersion for any other
 */
export function onlyVersion(run: (input: ObjectInput) => Promise<Reply>): (input: ObjectInput) => Promise<Reply> {
  return async (input) => {
    const versionId = parameter(input.request, 'versionId') ?? '';
    if (versionId === 'null') return run(input);
    throw new Failure({
      status: 404,
      code: 'NoSuchVersion',
      message: 'The specified version does not exist.',
      details: { Key: input.key, VersionId: versionId },
    });
  };
}
