import { defined } from '@ossgrant/credentials-core/internal';
import { isObjectAcl, type ObjectAcl } from '../../access/policy.ts';
import { EC } from '../../http/ec.ts';
import { invalidArgument, notImplemented } from '../../http/refusal.ts';
import type { RawRequest } from '../../http/raw-request.ts';
import { type Incoming, type ObjectFacts, type UploadFacts, isStorageClass } from '../../store/object-store.ts';
import { MAX_PUT_BYTES } from '../../store/receive.ts';
import { keptText } from '../bucket/documents.ts';
import { assertMayBePublic } from '../bucket/public-access.ts';
import type { ObjectInput } from '../operation.ts';
import { keptHeaders } from './object-headers.ts';
import { tagsInHeader } from './tags.ts';
import { pacedUpload } from './traffic-limit.ts';

// What the cloud would do beside storing, and this server would not: better refused than left undone.
const UNKNOWN = ['x-oss-server-side-data-encryption', 'x-oss-process'];

/** Kept and sent back: nothing here is encrypted. */
export const ENCRYPTION = 'x-oss-server-side-encryption';

type GivenFacts = Pick<ObjectFacts, 'headers' | 'tags'> & Pick<UploadFacts, 'acl' | 'storageClass' | 'forbidOverwrite'>;

/**
 * Facts about an object in the headers of its upload. Tags need their own permission.
 *
 * @throws Refusal as `factsIn`; 403 AccessDenied
 */
export function uploadFacts({ request, authorize, bucket, key, context }: ObjectInput): GivenFacts {
  const usual = keptText(bucket.settings, 'encryption', 'SSEAlgorithm');
  const headers = usual === undefined ? request.headers : new Map([[ENCRYPTION, usual], ...request.headers]);
  const facts = factsIn(headers);
  assertMayBePublic(context, bucket.settings, facts.acl, 'object');
  if (facts.tags !== undefined) authorize('oss:PutObjectTagging', bucket.name, key);
  return facts;
}

/**
 * What headers, or the fields of a form, say of an object.
 *
 * @throws Refusal 400 for a storage class, ACL, tags or metadata that there cannot be, 501 for what is not known here
 */
export function factsIn(headers: ReadonlyMap<string, string>): GivenFacts {
  const unknown = UNKNOWN.find((name) => headers.has(name));
  if (unknown !== undefined) throw notImplemented(`uploads with ${unknown}`);
  const encryption = headers.get(ENCRYPTION);
  if (encryption !== undefined && encryption !== 'AES256') {
    throw notImplemented(`server-side encryption with ${encryption}`);
  }
  const storageClass = headers.get('x-oss-storage-class');
  if (storageClass !== undefined && !isStorageClass(storageClass)) {
    throw invalidArgument('The storage class you specified is not valid.', storageClassEc(headers, storageClass));
  }
  const forbidOverwrite = headers.get('x-oss-forbid-overwrite') === 'true';
  const tagging = headers.get('x-oss-tagging');
  return {
    headers: keptHeaders(headers),
    // Without a storage class, the bucket's own.
    ...defined({ storageClass, acl: aclIn(headers) }),
    ...(tagging === undefined ? {} : { tags: tagsInHeader(tagging) }),
    ...(forbidOverwrite ? { forbidOverwrite } : {}),
  };
}

function storageClassEc(headers: ReadonlyMap<string, string>, storageClass: string): string {
  if (storageClass === '') return EC.storageClassEmpty;
  return headers.has('x-oss-copy-source') ? EC.storageClassOfCopy : EC.storageClassInvalid;
}

/** `x-oss-object-acl`; `undefined` when it is absent. @throws Refusal 400 InvalidArgument */
export function aclIn(headers: ReadonlyMap<string, string>): ObjectAcl | undefined {
  const acl = headers.get('x-oss-object-acl');
  if (acl === undefined || isObjectAcl(acl)) return acl;
  const ec = acl === '' ? EC.objectAclMissing : EC.objectAclInvalid;
  throw invalidArgument('no such object access control exists', ec);
}

/** `x-oss-server-side-encryption` for the response to an upload that asked for it. */
export function encryptionHeader(headers: ReadonlyMap<string, string> | undefined): Record<string, string> {
  const algorithm = headers?.get(ENCRYPTION);
  return algorithm === undefined ? {} : { [ENCRYPTION]: algorithm };
}

/** The body of an upload in one request. */
export function incomingBody(input: ObjectInput): Incoming {
  const md5 = input.request.headers.get('content-md5');
  const length = lengthOf(input.request);
  // Not destroyed when it is refused: the refusal still has to go out on the same connection.
  const bytes = input.message.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>;
  return {
    body: pacedUpload(bytes, input),
    maxBytes: MAX_PUT_BYTES,
    ...defined({ length, expectedMd5: md5 }),
  };
}

function lengthOf(request: RawRequest): number | undefined {
  const text = request.headers.get('content-length');
  // https://www.rfc-editor.org/rfc/rfc9112#section-6.3: with Transfer-Encoding it does not count.
  return text === undefined || request.headers.has('transfer-encoding') ? undefined : Number(text);
}
