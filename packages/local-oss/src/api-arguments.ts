import { isAcl, isObjectAcl, parsePolicy } from './access/policy.ts';
import { Refusal } from './http/refusal.ts';
import type { BucketChanges, ObjectChanges } from './local-oss.ts';
import { assertHeader } from './operations/object/object-headers.ts';
import { isStorageClass, type BucketSettings, type ObjectFacts } from './store/object-store.ts';

/** @throws RangeError or PolicySyntaxError for what a bucket cannot be given */
export function bucketSettings({ policy, ...rest }: BucketChanges): Partial<BucketSettings> {
  if (rest.acl !== undefined && !isAcl(rest.acl)) throw new RangeError(`"${String(rest.acl)}" is no ACL`);
  if (policy === undefined) return rest;
  const policyText = typeof policy === 'string' ? policy : JSON.stringify(policy);
  return { ...rest, policy: parsePolicy(policyText, 'bucket'), policyText };
}

/** @throws RangeError for what an object cannot be given */
export function objectFacts({ headers, ...rest }: ObjectChanges): Partial<ObjectFacts> {
  const { acl, storageClass } = rest;
  if (acl !== undefined && !isObjectAcl(acl)) throw new RangeError(`"${String(acl)}" is no ACL`);
  if (storageClass !== undefined && !isStorageClass(storageClass)) {
    throw new RangeError(`"${String(storageClass)}" is no storage class`);
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

/** Runs a step of the API: what a client would be refused with is a programming mistake here. */
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
