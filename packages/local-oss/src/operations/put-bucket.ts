import type { Acl } from '../access/authorize.ts';
import { invalidArgument } from '../failure.ts';
import type { Reply } from '../http/reply.ts';
import type { OperationInput } from './operation.ts';

const ACLS: readonly string[] = ['private', 'public-read', 'public-read-write'];

/** PutBucket, private unless `x-oss-acl` says otherwise. */
export async function putBucket(input: OperationInput, name: string): Promise<Reply> {
  const acl = input.request.headers.get('x-oss-acl') ?? 'private';
  if (!ACLS.includes(acl)) throw invalidArgument('no such bucket access control exists');
  input.context.store.create(name, input.context.clock.now()).acl = acl as Acl;
  return { status: 200, headers: { Location: `/${name}` } };
}
