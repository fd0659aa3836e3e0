import { isObjectAcl } from '../access/acl.ts';
import { invalidArgument } from '../failure.ts';
import type { RawRequest } from '../http/raw-request.ts';
import type { Incoming, ObjectFacts, StorageClass, UploadFacts } from '../store/object-store.ts';
import { MAX_PUT_BYTES } from '../store/receive.ts';
import { notImplemented } from './object-failures.ts';
import { keptHeaders } from './object-headers.ts';
import type { ObjectInput } from './operation.ts';
import { pacedUpload } from './traffic-limit.ts';

const CLASSES: readonly string[] = ['Standard', 'IA', 'Archive', 'ColdArchive', 'DeepColdArchive'];

// What the cloud would do beside storing, and this server would not: better refused than left undone.
const UNKNOWN = [
  'callback',
  'x-oss-callback',
  'x-oss-tagging',
  'x-oss-server-side-encryption',
  'x-oss-server-side-data-encryption',
  'x-oss-process',
];

/**
 * What an upload's headers say of the object.
 *
 * @throws Failure 400 InvalidArgument for a storage class or ACL that there is not, 501 for what is not known here
 */
export function uploadFacts(
  headers: ReadonlyMap<string, string>,
): Pick<ObjectFacts, 'headers' | 'acl'> & Pick<UploadFacts, 'storageClass' | 'forbidOverwrite'> {
  const unknown = UNKNOWN.find((name) => headers.has(name));
  if (unknown !== undefined) throw notImplemented(`uploads with ${unknown}`);
  const acl = headers.get('x-oss-object-acl') ?? 'default';
  if (!isObjectAcl(acl)) throw invalidArgument('no such object access control exists');
  const storageClass = headers.get('x-oss-storage-class');
  if (storageClass !== undefined && !isStorageClass(storageClass)) {
    throw invalidArgument('The storage class you specified is not valid.');
  }
  const forbidOverwrite = headers.get('x-oss-forbid-overwrite') === 'true';
  return {
    headers: keptHeaders(headers),
    acl,
    // Without one, the bucket's own.
    ...(storageClass === undefined ? {} : { storageClass }),
    ...(forbidOverwrite ? { forbidOverwrite } : {}),
  };
}

export function isStorageClass(text: string): text is StorageClass {
  return CLASSES.includes(text);
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
    ...(length === undefined ? {} : { length }),
    ...(md5 === undefined ? {} : { expectedMd5: md5 }),
  };
}

function lengthOf(request: RawRequest): number | undefined {
  const text = request.headers.get('content-length');
  return text === undefined ? undefined : Number(text);
}
