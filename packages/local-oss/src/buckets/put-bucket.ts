import { isAcl } from '../access/acl.ts';
import { Failure, invalidArgument } from '../failure.ts';
import { invalidBucketName } from '../http/address.ts';
import type { Reply } from '../http/reply.ts';
import { childText } from '../http/xml-reader.ts';
import { malformedXml, notImplemented } from '../operations/object-failures.ts';
import type { OperationInput } from '../operations/operation.ts';
import { isStorageClass } from '../operations/upload-facts.ts';
import type { BucketSettings } from '../store/object-store.ts';
import { readOptionalXml } from './read-settings.ts';

const MAX_BUCKETS = 100;
const ELEMENTS = ['StorageClass', 'DataRedundancyType', 'LocationConstraint'];
// Older buckets may have an underscore; new ones may not.
const NEW_NAME = /^[a-z0-9-]+$/;

/**
 * PutBucket, private and Standard unless the request says otherwise. A bucket that exists keeps its objects, and is given
 * the ACL; it cannot be given another storage class. Who gives an ACL needs the right to.
 */
export async function putBucket(input: OperationInput, name: string): Promise<Reply> {
  const { store, clock } = input.context;
  if (!NEW_NAME.test(name)) throw invalidBucketName(name);
  const acl = input.request.headers.get('x-oss-acl');
  if (acl !== undefined && !isAcl(acl)) throw invalidArgument('no such bucket access control exists');
  if (acl !== undefined) input.authorize('oss:PutBucketAcl', name);
  const wanted = await configurationIn(input);
  const existing = store.bucket(name);
  if (existing === undefined && store.list().length >= MAX_BUCKETS) throw tooManyBuckets();
  if (wanted.storageClass !== (existing?.settings.storageClass ?? wanted.storageClass)) throw alreadyExists(name);
  const bucket = store.create(name, clock.now());
  bucket.configure({ ...(existing === undefined ? wanted : {}), ...(acl === undefined ? {} : { acl }) });
  return { status: 200, headers: { Location: `/${name}` } };
}

async function configurationIn(input: OperationInput): Promise<Pick<BucketSettings, 'storageClass' | 'redundancy'>> {
  const document = await readOptionalXml(input, 'CreateBucketConfiguration');
  const unknown = document?.children.find(({ name }) => !ELEMENTS.includes(name));
  if (unknown !== undefined) throw notImplemented(`PutBucket with ${unknown.name}`);
  const given = (element: string): string | undefined =>
    (document && childText(document, element)?.trim()) || undefined;
  const location = given('LocationConstraint') ?? `oss-${input.context.region}`;
  if (location.replace(/^oss-/, '') !== input.context.region) throw invalidLocation(location);
  const storageClass = given('StorageClass') ?? 'Standard';
  if (!isStorageClass(storageClass)) throw malformedXml();
  const redundancy = given('DataRedundancyType') ?? 'LRS';
  if (redundancy !== 'LRS' && redundancy !== 'ZRS') throw malformedXml();
  return { storageClass, redundancy };
}

function tooManyBuckets(): Failure {
  const message = 'You have attempted to create more buckets than allowed.';
  return new Failure({ status: 400, code: 'TooManyBuckets', message });
}

function alreadyExists(name: string): Failure {
  const message = 'The requested bucket name is not available. Please select a different name and try again.';
  return new Failure({ status: 409, code: 'BucketAlreadyExists', message, details: { BucketName: name } });
}

function invalidLocation(location: string): Failure {
  const message = 'The specified location-constraint is not valid.';
  return new Failure({ status: 400, code: 'InvalidLocationConstraint', message, details: { Location: location } });
}
