import { isAcl } from '../access/acl.ts';
import { readSmallBody } from '../http/read-body.ts';
import { invalidArgument } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import { notImplemented } from './object-failures.ts';
import type { OperationInput } from './operation.ts';

const MAX_BODY_BYTES = 65_536;

/** PutBucket, private unless `x-oss-acl` says otherwise. A bucket that exists keeps its objects. */
export async function putBucket(input: OperationInput, name: string): Promise<Reply> {
  const acl = input.request.headers.get('x-oss-acl');
  if (acl !== undefined && !isAcl(acl)) throw invalidArgument('no such bucket access control exists');
  const body = await readSmallBody(input.message, MAX_BODY_BYTES);
  if (body.length > 0) throw notImplemented('the configuration in the body of PutBucket');
  const bucket = input.context.store.create(name, input.context.clock.now());
  if (acl !== undefined) bucket.configure({ acl });
  return { status: 200, headers: { Location: `/${name}` } };
}
