import { isAcl, isObjectAcl, parsePolicy } from './access/policy.ts';
import { Refusal } from './http/refusal.ts';
import type { BucketChanges, ObjectChanges } from './local-oss.ts';
import { assertHeader } from './operations/object/object-headers.ts';
import { isStorageClass, type BucketSettings, type ObjectFacts } from './store/object-store.ts';

/** @throws RangeError for an ACL that is not valid; PolicySyntaxError for a policy that is not */
export function bucketSettings({ policy, ...rest }: BucketChanges): Partial<BucketSettings> {
  if (rest.acl !== undefined && !isAcl(rest.acl)) throw new RangeError(`"${String(rest.acl)}" is not a valid ACL`);
  if (policy === undefined) return rest;
  const policyText = typeof policy === 'string' ? policy : JSON.stringify(policy);
  return { ...rest, policy: parsePolicy(policyText, 'bucket'), policyText };
}

/** @throws RangeError for an ACL, storage class or header that is not valid */
export function objectFacts({ headers, ...rest }: ObjectChanges): Partial<ObjectFacts> {
  const { acl, storageClass } = rest;
  if (acl !== undefined && !isObjectAcl(acl)) throw new RangeError(`"${String(acl)}" is not a valid ACL`);
  if (storageClass !== undefined && !isStorageClass(storageClass)) {
    throw new RangeError(`"${String(storageClass)}" is not a valid storage class`);
  }
  if (headers === undefined) return rest;
  const kept = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
  try {
    for (const [name, value] of kept) assertHeader(name, value);
  } catch (error) {
    throw programmingError(error);
  }
  return { ...rest, headers: kept };
}

/** Runs a step of the API. A refusal that a client would get is a programming mistake here, so it becomes a RangeError. */
export async function plainly<T>(step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw programmingError(error);
  }
}

function programmingError(error: unknown): unknown {
  return error instanceof Refusal ? new RangeError(error.message, { cause: error }) : error;
}
