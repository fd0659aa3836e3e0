import type { Reply } from '../http/reply.ts';
import { toXml } from '../http/xml.ts';
import type { IsBefore } from '../store/key-index.ts';
import { compareUtf8 } from '../store/key-order.ts';
import type { BegunUpload } from '../store/object-store.ts';
import { given, listParameters } from './list-parameters.ts';
import { listPage } from './list-page.ts';
import type { BucketInput } from './operation.ts';

/** ListMultipartUploads: by key, those of one key by upload id. */
export async function listUploads(input: BucketInput): Promise<Reply> {
  const { bucket } = input;
  const { encoding, maxKeys, options } = listParameters(input, 'max-uploads', 1000);
  const { encode } = encoding;
  const keyMarker = given(input, 'key-marker');
  // Without a key it means nothing.
  const idMarker = keyMarker === undefined ? undefined : given(input, 'upload-id-marker');
  const sorted = bucket.uploads.list().toSorted(byKeyAndId);
  const { items, prefixes, next } = listPage((isBefore: IsBefore) => sorted.filter(({ key }) => !isBefore(key)), {
    ...options,
    after: keyMarker ?? '',
    ...(idMarker === undefined ? {} : { isAfter: ({ id }) => id > idMarker }),
  });
  const body = toXml('ListMultipartUploadsResult', {
    EncodingType: encoding.type,
    Bucket: bucket.name,
    KeyMarker: encode(keyMarker ?? ''),
    UploadIdMarker: idMarker ?? '',
    NextKeyMarker: next === undefined ? undefined : encode(typeof next === 'object' ? next.key : next),
    NextUploadIdMarker: typeof next === 'object' ? next.id : undefined,
    Delimiter: encode(options.delimiter ?? ''),
    Prefix: encode(options.prefix),
    MaxUploads: maxKeys,
    IsTruncated: next !== undefined,
    Upload: items.map(({ key, id, initiated }) => ({
      Key: encode(key),
      UploadId: id,
      Initiated: initiated.toISOString(),
    })),
    CommonPrefixes: prefixes.map((item) => ({ Prefix: encode(item) })),
  });
  return { status: 200, headers: { 'Content-Type': 'application/xml' }, body };
}

function byKeyAndId(a: BegunUpload, b: BegunUpload): number {
  if (a.key !== b.key) return compareUtf8(a.key, b.key);
  return a.id < b.id ? -1 : 1;
}
